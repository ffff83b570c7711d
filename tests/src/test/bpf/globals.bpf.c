// SPDX-License-Identifier: Apache-2.0
/* One global of every kind that a BpfProgram may set, and some that it may not (.data, .bss). */
#include "skep.bpf.h"

enum level { LEVEL_LOW = 1, LEVEL_HIGH = 7 };

struct address {
	__u8 bytes[4];
	__u16 port;
};

const volatile bool enabled = true;
const volatile char letter = 'a';
const volatile __s8 tiny = -1;
const volatile __u8 byte = 200;
const volatile __s16 small = -300;
const volatile __u16 port = 8080;
const volatile __s32 number = -70000;
const volatile __u32 limit = 70000;
const volatile __s64 offset = -5000000000;
const volatile __u64 threshold_ns = 5000000000;
const volatile enum level level = LEVEL_LOW;
const volatile char prefix[16] = "skep";
const volatile __u8 mac[6] = {2, 0, 0, 0, 0, 1};
const volatile __u32 ports[3] = {80, 443, 8080};
const volatile struct address peer = {{127, 0, 0, 1}, 53};

__u64 seen;
__u64 next_id = 100;

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	__u64 sum = letter + tiny + byte + small + port + number + limit + offset + threshold_ns
		    + level + prefix[0] + mac[0] + ports[0] + peer.port;

	if (enabled)
		__sync_fetch_and_add(&seen, 1);
	__sync_fetch_and_add(&next_id, sum);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
