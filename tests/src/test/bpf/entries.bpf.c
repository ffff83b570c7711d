// SPDX-License-Identifier: Apache-2.0
/* Maps of every kind that a BpfProgram may fill, with keys and values of every kind. */
#include "counted.bpf.h"

#include <linux/in6.h>

enum action { ACTION_PASS = 1, ACTION_DROP = 2 };

struct cidr4 {
	__u32 prefixlen;
	__be32 addr;
};

struct cidr6 {
	struct bpf_lpm_trie_key trie;
	struct in6_addr addr;
};

struct peer {
	__be32 addr;
	__be16 port;
	bool local;
	char name[9];
};

struct verdict {
	enum action action;
	struct {
		__u32 packets;
		__u64 bytes;
	} limit;
	__u8 mac[6];
	__u16 ports[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct cidr4);
	__type(value, __u32);
} blocked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct cidr6);
	__type(value, enum action);
} blocked6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct peer);
	__type(value, struct verdict);
} peers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} allowed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u8[6]);
	__type(value, __u8);
} macs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} each_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__uint(value_size, 2);
} raw SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct tenant {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} tenant_a SEC(".maps"), tenant_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct tenant);
} tenants SEC(".maps");

const volatile __be32 local_ip;
const volatile __u8 local_ip6[16];
const volatile __u32 cpus;
const volatile char node_name[64];
const volatile char zone[16];

__u64 opens;
__u32 threshold = 3;

/* Counts who is declared: hits says how many opens came from a process in allowed. */
SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	__u32 pid = current_pid();
	__u64 *declared = bpf_map_lookup_elem(&allowed, &pid);

	__sync_fetch_and_add(&opens, 1);
	if (local_ip + local_ip6[0] + cpus + node_name[0] + zone[0] == threshold)
		__sync_fetch_and_add(&opens, 1);
	/* So that the kernel is asked for every map. */
	bpf_map_lookup_elem(&blocked, &(struct cidr4){});
	bpf_map_lookup_elem(&blocked6, &(struct cidr6){});
	bpf_map_lookup_elem(&peers, &(struct peer){});
	bpf_map_lookup_elem(&macs, &(__u64){0});
	bpf_map_lookup_elem(&slots, &pid);
	bpf_map_lookup_elem(&each_cpu, &pid);
	bpf_map_lookup_elem(&raw, &pid);
	bpf_map_lookup_elem(&tenants, &pid);
	return declared ? count() : 0;
}

char LICENSE[] SEC("license") = "GPL";
