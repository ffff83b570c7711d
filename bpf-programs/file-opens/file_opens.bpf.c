// SPDX-License-Identifier: Apache-2.0
/* Counts open, openat and openat2 by the name of the process that calls. */
#include "skep.bpf.h"

#define O_ACCMODE 3
#define O_RDONLY 0

/* Count only files that are opened for writing. */
const volatile bool writes_only = false;

struct opens_key {
	char comm[COMM_LEN];
};

struct opens_value {
	__u64 count;
};

/* LRU: a machine that starts many short-lived commands forgets the quiet ones, and is never full. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct opens_key);
	__type(value, struct opens_value);
} opens SEC(".maps");

/* The user's struct open_how, of which openat2 reads as many bytes as the caller says it has. */
struct open_how_head {
	__u64 flags;
};

static __always_inline int count_open(__u64 flags)
{
	struct opens_key key = {};

	if (writes_only && (flags & O_ACCMODE) == O_RDONLY)
		return 0;
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	map_add(&opens, &key, 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_open")
int on_open(struct trace_event_raw_sys_enter *ctx)
{
	return count_open(ctx->args[1]);
}

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(struct trace_event_raw_sys_enter *ctx)
{
	return count_open(ctx->args[2]);
}

SEC("tracepoint/syscalls/sys_enter_openat2")
int on_openat2(struct trace_event_raw_sys_enter *ctx)
{
	struct open_how_head how = {};

	/* An address that cannot be read makes the system call fail too: it counts as a read. */
	bpf_probe_read_user(&how, sizeof(how), (const void *)ctx->args[2]);
	return count_open(how.flags);
}

char LICENSE[] SEC("license") = "GPL";
