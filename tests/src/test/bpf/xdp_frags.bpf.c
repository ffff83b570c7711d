// SPDX-License-Identifier: Apache-2.0
/* Counts packets of more than one piece, per CPU. */
#include "packets.bpf.h"

struct packet_count packets SEC(".maps");

SEC("xdp.frags")
int count_pieces(struct xdp_md *ctx)
{
	if (bpf_xdp_get_buff_len(ctx) > ctx->data_end - ctx->data)
		count_in(&packets);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
