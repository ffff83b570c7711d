// SPDX-License-Identifier: Apache-2.0
/* No section names its target: the attachment does. */
#include "counted.bpf.h"

SEC("kretprobe")
int on_return(void *ctx)
{
	return count();
}

SEC("kprobe")
int entry_cookie(void *ctx)
{
	return count_cookie(ctx);
}

SEC("ksyscall")
int on_call(void *ctx)
{
	return count();
}

SEC("kretsyscall")
int on_call_return(void *ctx)
{
	return count();
}

SEC("kprobe.multi")
int on_entries(void *ctx)
{
	return count();
}

SEC("kprobe.multi")
int entries_cookie(void *ctx)
{
	return count_cookie(ctx);
}

SEC("kretprobe.multi")
int on_returns(void *ctx)
{
	return count();
}

SEC("kprobe.session")
int on_session(void *ctx)
{
	return count_session(ctx);
}

char LICENSE[] SEC("license") = "GPL";
