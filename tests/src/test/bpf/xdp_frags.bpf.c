// SPDX-License-Identifier: Apache-2.0
/* Counts packets per CPU, those of more than one piece too. */
#include "packets.bpf.h"

struct packet_count packets SEC(".maps");

SEC("xdp.frags")
int count_pieces(struct xdp_md *ctx)
{
	count_in(&packets);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
