// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

#define ALLOW 1

SEC("cgroup/connect4")
int on_connect4(struct bpf_sock_addr *ctx)
{
	count();
	return ALLOW;
}

char LICENSE[] SEC("license") = "GPL";
