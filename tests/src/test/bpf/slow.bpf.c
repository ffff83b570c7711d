// SPDX-License-Identifier: Apache-2.0
/* What the verifier cannot prune: it walks each turn of the loops, for a second and more. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define SLOW(name)							\
	SEC("tracepoint/syscalls/sys_enter_openat")			\
	int name(void *ctx)						\
	{								\
		__u64 sum = 0;						\
									\
		for (int turn = 0; turn < 120000; turn++) {		\
			sum += bpf_get_prandom_u32();			\
			asm volatile("" : "+r"(sum), "+r"(turn));	\
		}							\
		return sum == 7;					\
	}

SLOW(slow_1)
SLOW(slow_2)
SLOW(slow_3)
SLOW(slow_4)
SLOW(slow_5)
SLOW(slow_6)
SLOW(slow_7)
SLOW(slow_8)

char LICENSE[] SEC("license") = "GPL";
