// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

#define NF_ACCEPT 1 /* linux/netfilter.h */

struct bpf_nf_ctx;

SEC("netfilter")
int on_packet(struct bpf_nf_ctx *ctx)
{
	count();
	return NF_ACCEPT;
}

char LICENSE[] SEC("license") = "GPL";
