// SPDX-License-Identifier: Apache-2.0
/* Keys and values whose types mislead whoever reads them. No test loads it. */
#include "skep.bpf.h"

enum verdict { VERDICT_PASS = 1, VERDICT_DROP = 2 };

struct huge {
	char first[16];
	char rest[1 << 27];
};

/* Eight bytes each, and no networks. */
struct prefixes {
	__u32 prefixes_seen;
	__u32 dropped;
};

struct service {
	__u32 prefixlen;
	__u16 protocol;
	__u16 port;
};

struct endpoint {
	__u32 prefixlen;
	struct {
		__u16 protocol;
		__u16 port;
	} at;
};

/* Networks. */
struct cidr {
	__u32 prefixlen;
	__u8 data[4];
};

struct cidr_union {
	struct bpf_lpm_trie_key trie;
	union {
		__be32 v4;
		__u8 bytes[4];
	};
};

struct either {
	union {
		__u32 v4;
		__u64 v6;
		struct {
			__u16 low;
			__u16 high;
		};
	};
	union {
		__u32 port;
		__u8 kind;
	};
};

struct sums {
	__int128 sum;
	unsigned __int128 squares;
};

#define HASH(name, k, v)                                                                           \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_HASH);                                                   \
		__uint(max_entries, 64);                                                           \
		__type(key, k);                                                                    \
		__type(value, v);                                                                  \
	} name SEC(".maps")

HASH(huge_values, __u32, struct huge);
HASH(large_values, __u32, __u64[1 << 17]);
HASH(prefix_counts, struct prefixes, __u32);
HASH(services, struct service, __u32);
HASH(endpoints, struct endpoint, __u32);
HASH(networks, struct cidr, __u32);
HASH(network_unions, struct cidr_union, __u32);
HASH(eithers, __u32, struct either);
HASH(all_sums, __u32, struct sums);
HASH(verdicts, enum verdict, __u32);

SEC("tracepoint/syscalls/sys_enter_close")
int none(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
