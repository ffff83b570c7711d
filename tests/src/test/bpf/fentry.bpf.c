// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

SEC("fentry/do_sys_openat2")
int on_do_sys_openat2(void *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
