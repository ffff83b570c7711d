// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

SEC("perf_event")
int on_sample(void *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
