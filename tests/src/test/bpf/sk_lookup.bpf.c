// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

SEC("sk_lookup")
int on_lookup(struct bpf_sk_lookup *ctx)
{
	count();
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
