// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

SEC("raw_tp/sys_enter")
int on_sys_enter(void *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
