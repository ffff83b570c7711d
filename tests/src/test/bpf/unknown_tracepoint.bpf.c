// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

SEC("tracepoint/syscalls/sys_enter_no_such_call")
int on_no_such_call(void *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
