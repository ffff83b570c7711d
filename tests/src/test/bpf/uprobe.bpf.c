// SPDX-License-Identifier: Apache-2.0
/* No target in the section names: the attachment says which binary and symbol. */
#include "counted.bpf.h"

SEC("uprobe")
int on_entry(void *ctx)
{
	return count();
}

SEC("uretprobe")
int on_return(void *ctx)
{
	return count();
}

char LICENSE[] SEC("license") = "GPL";
