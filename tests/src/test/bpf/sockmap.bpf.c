// SPDX-License-Identifier: Apache-2.0
/* Puts both ends of a TCP connection of a control group in a map, and counts what those receive. */
#include "counted.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");

SEC("sockops")
int keep_socket(struct bpf_sock_ops *ctx)
{
	__u32 end = ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB;

	if (end || ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
		bpf_sock_map_update(ctx, &sockets, &end, BPF_ANY);
	return 1;
}

SEC("sk_skb/verdict")
int on_receive(struct __sk_buff *skb)
{
	count();
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
