// SPDX-License-Identifier: Apache-2.0
/* Counts packets of more than one piece, per CPU. */
#include "packets.bpf.h"

struct packet_count packets SEC(".maps");

SEC("xdp.frags")
int count_pieces(struct xdp_md *ctx)
{
	// A piece is of one page at most. To subtract pointers CAP_PERFMON is needed.
	if (bpf_xdp_get_buff_len(ctx) > 4096)
		count_in(&packets);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
