// SPDX-License-Identifier: Apache-2.0
/* Two programs of one object, each with a count of its own. */
#include "packets.bpf.h"

struct packet_count firsts SEC(".maps"), seconds SEC(".maps");

SEC("xdp")
int first(struct xdp_md *ctx)
{
	count_in(&firsts);
	return XDP_PASS;
}

SEC("xdp")
int second(struct xdp_md *ctx)
{
	count_in(&seconds);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
