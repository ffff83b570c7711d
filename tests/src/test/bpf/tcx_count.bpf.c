// SPDX-License-Identifier: Apache-2.0
/* tc_count with the direction in its section names. */
#include "counted.bpf.h"

#define TCX_NEXT -1

SEC("tcx/ingress")
int on_ingress(struct __sk_buff *skb)
{
	count();
	return TCX_NEXT;
}

SEC("tcx/egress")
int on_egress(struct __sk_buff *skb)
{
	count();
	return TCX_NEXT;
}

char LICENSE[] SEC("license") = "GPL";
