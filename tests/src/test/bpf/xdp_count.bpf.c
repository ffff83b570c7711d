// SPDX-License-Identifier: Apache-2.0
/* Counts packets per CPU, then does with them what `action` says. */
#include "packets.bpf.h"

const volatile __u32 action = XDP_PASS;

struct packet_count packets SEC(".maps");

SEC("xdp")
int count_packets(struct xdp_md *ctx)
{
	count_in(&packets);
	return action;
}

char LICENSE[] SEC("license") = "GPL";
