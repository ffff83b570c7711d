// SPDX-License-Identifier: Apache-2.0
/* No section names its target: the attachment does. */
#include "counted.bpf.h"

SEC("tracepoint")
int on_tracepoint(void *ctx)
{
	return count_cookie(ctx);
}

SEC("raw_tp")
int on_raw_tracepoint(void *ctx)
{
	return count_cookie(ctx);
}

SEC("raw_tp.w")
int on_writable_tracepoint(void *ctx)
{
	return count();
}

SEC("perf_event")
int on_sample(void *ctx)
{
	return count_cookie(ctx);
}

char LICENSE[] SEC("license") = "GPL";
