/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every program here begins with. The kernel's user API headers give the types that never
 * change; kernel-internal structs are declared below with only the fields we read, and CO-RE finds
 * their offsets on the kernel that loads the program. So no build needs a vmlinux.h, and the same
 * source gives the same object on every machine.
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define COMM_LEN 16 /* TASK_COMM_LEN of the kernel */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* The context of every tracepoint/syscalls/sys_enter_*. */
struct trace_event_raw_sys_enter {
	long int id;
	unsigned long args[6];
};

/* The context of every tracepoint/syscalls/sys_exit_*. */
struct trace_event_raw_sys_exit {
	long int id;
	long int ret;
};

#pragma clang attribute pop

/*
 * Adds n to a __u64 in a map that other CPUs may write at the same time. Creates the entry when it
 * is not there; of two CPUs that create it at once, one adds to the other's.
 */
static __always_inline void map_add(void *map, const void *key, __u64 n)
{
	const __u64 zero = 0;
	__u64 *count = bpf_map_lookup_elem(map, key);

	if (!count) {
		bpf_map_update_elem(map, key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(map, key);
	}
	if (count)
		__sync_fetch_and_add(count, n);
}

static __always_inline __u32 current_pid(void)
{
	return bpf_get_current_pid_tgid() >> 32;
}
