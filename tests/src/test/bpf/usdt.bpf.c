// SPDX-License-Identifier: Apache-2.0
#include <linux/ptrace.h>
#include "counted.bpf.h"
#include <bpf/usdt.bpf.h>

/* The first arguments of the last call, then its cookie. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 5);
	__type(key, __u32);
	__type(value, __u64);
} last SEC(".maps");

static __always_inline void keep(struct pt_regs *ctx, const __u32 slot)
{
	long value = -1;

	bpf_usdt_arg(ctx, slot, &value);
	bpf_map_update_elem(&last, &slot, &value, BPF_ANY);
}

SEC("usdt")
int on_probe(struct pt_regs *ctx)
{
	const __u32 slot = 4;
	long cookie = bpf_usdt_cookie(ctx);

	keep(ctx, 0);
	keep(ctx, 1);
	keep(ctx, 2);
	keep(ctx, 3);
	bpf_map_update_elem(&last, &slot, &cookie, BPF_ANY);
	return count();
}

SEC("usdt.s")
int on_probe_sleepable(struct pt_regs *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
