// SPDX-License-Identifier: Apache-2.0
/* No section names its target: the attachment does. */
#include "counted.bpf.h"

SEC("uprobe")
int entry_cookie(void *ctx)
{
	return count_cookie(ctx);
}

SEC("uprobe.s")
int on_entry_sleepable(void *ctx)
{
	return count();
}

SEC("uretprobe.s")
int on_return_sleepable(void *ctx)
{
	return count();
}

SEC("uprobe.multi")
int on_entries(void *ctx)
{
	return count();
}

SEC("uprobe.multi")
int entries_cookie(void *ctx)
{
	return count_cookie(ctx);
}

SEC("uprobe.multi.s")
int on_entries_sleepable(void *ctx)
{
	return count();
}

SEC("uretprobe.multi")
int on_returns(void *ctx)
{
	return count();
}

SEC("uretprobe.multi.s")
int on_returns_sleepable(void *ctx)
{
	return count();
}

SEC("uprobe.session.s")
int on_session_sleepable(void *ctx)
{
	return count_session(ctx);
}

SEC("uprobe.session")
int on_session(void *ctx)
{
	return count_session(ctx);
}

char LICENSE[] SEC("license") = "GPL";
