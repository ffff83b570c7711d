// SPDX-License-Identifier: Apache-2.0
#include "counted.bpf.h"

#define NETKIT_NEXT -1 /* linux/if_link.h */

SEC("netkit/primary")
int on_primary(struct __sk_buff *skb)
{
	count();
	return NETKIT_NEXT;
}

SEC("netkit/peer")
int on_peer(struct __sk_buff *skb)
{
	count();
	return NETKIT_NEXT;
}

char LICENSE[] SEC("license") = "GPL";
