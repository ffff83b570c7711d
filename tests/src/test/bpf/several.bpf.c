// SPDX-License-Identifier: Apache-2.0
/* Programs of three types in one object, that share a map; `broken` does not pass the verifier. */
#include "counted.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	return count();
}

SEC("raw_tp/sys_exit")
int on_sys_exit(void *ctx)
{
	return count();
}

SEC("xdp")
int on_packet(struct xdp_md *ctx)
{
	count();
	return XDP_PASS;
}

SEC("tracepoint/syscalls/sys_enter_openat2")
int broken(void *ctx)
{
	const __u32 slot = 0;
	__u64 *unchecked = bpf_map_lookup_elem(&seen, &slot);

	return *unchecked;
}

char LICENSE[] SEC("license") = "GPL";
