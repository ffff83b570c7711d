// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

#define TC_ACT_UNSPEC -1 /* linux/pkt_cls.h: let the next program decide */

SEC("tc")
int on_packet(struct __sk_buff *skb)
{
	count();
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "GPL";
