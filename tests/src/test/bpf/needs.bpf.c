// Functions that ask different things of a kernel, so that each can be missing by itself.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct cgroup;
struct css_set {
	struct cgroup *dfl_cgrp;
} __attribute__((preserve_access_index));

struct signal_struct {
	int nr_threads;
} __attribute__((preserve_access_index));

struct task_struct {
	int pid;
	int no_such_field;
	struct signal_struct *signal;
	struct css_set *cgroups;
} __attribute__((preserve_access_index));

struct task_struct___older {
	long state;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} runs SEC(".maps");

// Since Linux 6.2, map and helper.
struct {
	__uint(type, 32); // BPF_MAP_TYPE_CGRP_STORAGE
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} by_cgroup SEC(".maps");

static void *(*cgrp_storage_get)(void *map, struct cgroup *cgroup, void *value, __u64 flags) =
	(void *)210;

const volatile int wanted = 0;

static __noinline int count(void)
{
	__u32 zero = 0;
	__u64 *counter = bpf_map_lookup_elem(&runs, &zero);

	if (counter)
		__sync_fetch_and_add(counter, 1);
	return 0;
}

SEC("raw_tp/sys_enter")
int plain(void *ctx)
{
	return count();
}

SEC("fentry/do_nanosleep")
int BPF_PROG(by_fentry)
{
	return count();
}

SEC("kprobe/do_nanosleep")
int by_kprobe(void *ctx)
{
	return count();
}

SEC("?raw_tp/sys_enter")
int missing_field(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, no_such_field) + BPF_CORE_READ(task, signal, nr_threads);
}

SEC("?raw_tp/sys_enter")
int asks_first(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	if (bpf_core_field_exists(task->no_such_field))
		return BPF_CORE_READ(task, no_such_field);
	if (bpf_core_field_exists(((struct task_struct___older *)task)->state))
		return BPF_CORE_READ((struct task_struct___older *)task, state);
	return BPF_CORE_READ(task, pid);
}

SEC("?raw_tp/sys_enter")
int by_constant(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return wanted ? BPF_CORE_READ(task, no_such_field) : count();
}

SEC("?tp_btf/sys_enter")
int BPF_PROG(cgroup_storage)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();
	__u64 *value = cgrp_storage_get(&by_cgroup, task->cgroups->dfl_cgrp, 0, 1);

	if (value)
		__sync_fetch_and_add(value, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
