// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

#define ALLOW 1

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *skb)
{
	count();
	return ALLOW;
}

SEC("cgroup_skb/ingress")
int on_ingress(struct __sk_buff *skb)
{
	count();
	return ALLOW;
}

char LICENSE[] SEC("license") = "GPL";
