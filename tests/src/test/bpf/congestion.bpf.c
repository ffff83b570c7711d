// SPDX-License-Identifier: Apache-2.0
/* A TCP congestion control that keeps its window, and counts what the kernel asks of it. */
#include "counted.bpf.h"

#define TCP_CONG_NON_RESTRICTED 1 /* net/tcp.h: namespaces of the network may choose it */

struct sock;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	void (*init)(struct sock *sk);
	char name[16];
	__u32 flags;
};

SEC("struct_ops/ssthresh")
__u32 BPF_PROG(on_ssthresh, struct sock *sk)
{
	return 10;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(on_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
	count();
}

SEC("struct_ops/undo_cwnd")
__u32 BPF_PROG(on_undo_cwnd, struct sock *sk)
{
	return 10;
}

SEC("struct_ops/init")
void BPF_PROG(on_init, struct sock *sk)
{
	count();
}

SEC(".struct_ops.link")
struct tcp_congestion_ops keeps_window = {
	.ssthresh = (void *)on_ssthresh,
	.cong_avoid = (void *)on_cong_avoid,
	.undo_cwnd = (void *)on_undo_cwnd,
	.init = (void *)on_init,
	.name = "skep_it",
	.flags = TCP_CONG_NON_RESTRICTED,
};

char LICENSE[] SEC("license") = "GPL";
