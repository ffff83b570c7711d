// SPDX-License-Identifier: Apache-2.0
/* Shapes of C that only readers of objects care about: every kind of type, section and symbol. */
#include "skep.bpf.h"

enum small { SMALL_NONE = 0, SMALL_MINUS = -5 };
enum wide { WIDE_ONE = 1, WIDE_TOP = 0xffffffff00000000ULL };

struct inner {
	__u16 low : 4;
	__u16 high : 12;
	__s32 signed_bits : 5;
};

struct outer {
	__u64 id;
	union {
		__u32 as_number;
		struct {
			__u16 first;
			__u16 second;
		};
	};
	struct inner inner;
	enum small small;
	enum wide wide;
	char name[8];
	__u8 mac[6];
	__s16 grid[2][3];
	const void *pointer;
	bool yes;
	double fraction;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct outer);
} shapes SEC(".maps");

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} inner_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, struct inner_map);
} outer_map SEC(".maps") = {.values = {&inner_map}};

const volatile struct outer start;
static volatile __u32 hidden = 7;
__u32 elsewhere SEC(".data.elsewhere") = 3;

static __noinline int called(__u32 n)
{
	return n + hidden;
}

__noinline int called_global(__u32 n)
{
	return n + elsewhere;
}

SEC("?tracepoint/syscalls/sys_enter_close")
int only_when_asked(void *ctx)
{
	const __u32 key = 0;
	struct outer *shape = bpf_map_lookup_elem(&shapes, &key);

	return (shape ? shape->inner.low : 0) + start.grid[1][2] + called(1) + called_global(2);
}

SEC("tracepoint/syscalls/sys_enter_close")
int first(void *ctx)
{
	return called_global(1);
}

SEC("tracepoint/syscalls/sys_enter_close")
int second(void *ctx)
{
	return called(2);
}

SEC("lwt_in")
int not_attached_by_us(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
