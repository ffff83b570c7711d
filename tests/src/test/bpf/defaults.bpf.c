// SPDX-License-Identifier: Apache-2.0
/* A function for each hook that has defaults, and a map that a BpfProgram may fill. */
#include "counted.bpf.h"

#define NF_ACCEPT 1    /* linux/netfilter.h */
#define NETKIT_NEXT -1 /* linux/if_link.h */
#define TCX_NEXT -1    /* linux/bpf.h */

struct bpf_nf_ctx;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} allowed SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	const __u32 key = 1;

	return bpf_map_lookup_elem(&allowed, &key) ? count() : 0;
}

SEC("xdp")
int on_xdp(struct xdp_md *ctx)
{
	count();
	return XDP_PASS;
}

SEC("tcx/ingress")
int on_tc(struct __sk_buff *skb)
{
	count();
	return TCX_NEXT;
}

SEC("netkit/primary")
int on_netkit(struct __sk_buff *skb)
{
	count();
	return NETKIT_NEXT;
}

SEC("netfilter")
int on_netfilter(struct bpf_nf_ctx *ctx)
{
	count();
	return NF_ACCEPT;
}

SEC("syscall")
int once(void *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
