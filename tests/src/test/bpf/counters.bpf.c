// SPDX-License-Identifier: Apache-2.0
/* The map and key shapes that metrics are read from, each moved by one on every openat. */
#include "skep.bpf.h"

enum direction { DIRECTION_IN = 0, DIRECTION_OUT = 1 };

struct flow_key {
	char comm[COMM_LEN];
	enum direction direction;
	__u16 port;
	bool local;
};

struct flow_value {
	__u64 count;
	__u64 bytes;
	__s32 last_delta;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct flow_key);
	__type(value, struct flow_value);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct flow_value);
} per_cpu_flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} per_cpu_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

static __always_inline void add(void *map, const void *key)
{
	const struct flow_value first = {.count = 1, .bytes = 10, .last_delta = -1};
	struct flow_value *value = bpf_map_lookup_elem(map, key);

	if (value) {
		__sync_fetch_and_add(&value->count, 1);
		__sync_fetch_and_add(&value->bytes, 10);
	} else {
		bpf_map_update_elem(map, key, &first, BPF_NOEXIST);
	}
}

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	struct flow_key flow = {.direction = DIRECTION_OUT, .port = 443, .local = true};
	const __u32 one = 1;
	const __u64 event = 42;

	bpf_get_current_comm(flow.comm, sizeof(flow.comm));
	add(&flows, &flow);
	add(&per_cpu_flows, &one);
	map_add(&slots, &one, 1);
	map_add(&per_cpu_slots, &one, 1);
	bpf_ringbuf_output(&events, (void *)&event, sizeof(event), 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
