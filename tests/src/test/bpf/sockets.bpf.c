// SPDX-License-Identifier: Apache-2.0
/*
 * Puts every TCP connection of a control group in a map of sockets, by its local port, and counts
 * what goes through those.
 */
#include "counted.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");

SEC("sockops")
int keep_socket(struct bpf_sock_ops *ctx)
{
	__u32 port = ctx->local_port;

	if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB || ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		bpf_sock_hash_update(ctx, &sockets, &port, BPF_ANY);
	return 1;
}

SEC("sk_msg")
int on_message(struct sk_msg_md *ctx)
{
	count();
	return SK_PASS;
}

SEC("sk_skb/stream_parser")
int on_piece(struct __sk_buff *skb)
{
	count();
	return skb->len;
}

SEC("sk_skb/stream_verdict")
int on_stream(struct __sk_buff *skb)
{
	count();
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
