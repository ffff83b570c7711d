// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

#define FLOW_DISSECTOR_CONTINUE 129 /* linux/bpf.h: as if there were no program */

SEC("flow_dissector")
int on_flow(struct __sk_buff *skb)
{
	count();
	return FLOW_DISSECTOR_CONTINUE;
}

char LICENSE[] SEC("license") = "GPL";
