// SPDX-License-Identifier: Apache-2.0
/* The null check after the lookup is missing: every verifier refuses this program. */
#include "skep.bpf.h"

/* A hash: of an array with a constant key recent verifiers know that the lookup finds. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	const __u32 slot = 0;
	__u64 *hit = bpf_map_lookup_elem(&hits, &slot);

	*hit += 1;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
