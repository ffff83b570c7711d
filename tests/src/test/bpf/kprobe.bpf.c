// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

SEC("kprobe/do_sys_openat2")
int on_do_sys_openat2(void *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
