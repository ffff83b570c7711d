// SPDX-License-Identifier: Apache-2.0
#include "skep.bpf.h"

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
