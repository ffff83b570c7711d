// SPDX-License-Identifier: Apache-2.0
/* tp with the map `hits` of another value size: its contents cannot be carried over. */
#include "skep.bpf.h"

struct wide {
	__u64 count;
	__u64 last_seen;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wide);
} hits SEC(".maps");

const volatile __u32 target_pid = 0;

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	const __u32 slot = 0;
	struct wide *hit = bpf_map_lookup_elem(&hits, &slot);

	if (hit && (!target_pid || target_pid == current_pid())) {
		__sync_fetch_and_add(&hit->count, 1);
		hit->last_seen = bpf_ktime_get_ns();
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
