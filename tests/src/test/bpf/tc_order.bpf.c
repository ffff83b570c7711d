// SPDX-License-Identifier: Apache-2.0
/* Each program writes its digit after those that ran before it; `order` holds what the last one saw. */
#include "counted.bpf.h"

#define TC_ACT_UNSPEC -1 /* linux/pkt_cls.h: let the next program decide */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} order SEC(".maps");

static __always_inline int digit(struct __sk_buff *skb, __u32 mine)
{
	const __u32 slot = 0;
	__u64 *last = bpf_map_lookup_elem(&order, &slot);

	skb->mark = skb->mark * 10 + mine;
	if (last)
		*last = skb->mark;
	return TC_ACT_UNSPEC;
}

SEC("tc")
int one(struct __sk_buff *skb)
{
	return digit(skb, 1);
}

SEC("tc")
int two(struct __sk_buff *skb)
{
	return digit(skb, 2);
}

SEC("tc")
int three(struct __sk_buff *skb)
{
	return digit(skb, 3);
}

char LICENSE[] SEC("license") = "GPL";
