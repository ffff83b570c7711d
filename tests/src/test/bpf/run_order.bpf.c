// SPDX-License-Identifier: Apache-2.0
/* What runs once keeps what a tracepoint had counted by then, which sees the call that runs it. */
#include "counted.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

static __always_inline int keep(const __u32 slot)
{
	const __u32 only = 0;
	__u64 *counted = bpf_map_lookup_elem(&hits, &only);

	if (counted)
		bpf_map_update_elem(&seen, &slot, counted, BPF_ANY);
	return 0;
}

SEC("raw_tp/sys_enter")
int on_call(void *ctx)
{
	return count();
}

SEC("syscall")
int run_before(void *ctx)
{
	return keep(0);
}

SEC("syscall")
int run_after(void *ctx)
{
	return keep(1);
}

char LICENSE[] SEC("license") = "GPL";
