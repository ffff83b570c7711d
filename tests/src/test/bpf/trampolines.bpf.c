// SPDX-License-Identifier: Apache-2.0
/* Programs that are loaded for their target; no section names it: the attachment does. */
#include "counted.bpf.h"

SEC("tp_btf")
int on_tracepoint(void *ctx)
{
	return count();
}

SEC("tp_btf")
int tracepoint_cookie(void *ctx)
{
	return count_cookie(ctx);
}

SEC("fentry")
int on_entry(void *ctx)
{
	return count();
}

SEC("fentry")
int entry_cookie(void *ctx)
{
	return count_cookie(ctx);
}

SEC("fentry.s")
int on_entry_sleepable(void *ctx)
{
	return count();
}

SEC("fexit")
int on_exit(void *ctx)
{
	return count();
}

SEC("fexit.s")
int on_exit_sleepable(void *ctx)
{
	return count();
}

/* 0: go on with the function. */
SEC("fmod_ret")
int on_result(void *ctx)
{
	return count();
}

SEC("fmod_ret.s")
int on_result_sleepable(void *ctx)
{
	return count();
}

/* 0: allowed. */
SEC("lsm")
int on_hook(void *ctx)
{
	return count();
}

SEC("lsm")
int hook_cookie(void *ctx)
{
	return count_cookie(ctx);
}

SEC("lsm.s")
int on_hook_sleepable(void *ctx)
{
	return count();
}

/* 1: allowed. */
SEC("lsm_cgroup")
int on_hook_of_cgroup(void *ctx)
{
	count();
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
