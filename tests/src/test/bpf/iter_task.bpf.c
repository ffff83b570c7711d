// SPDX-License-Identifier: Apache-2.0
/* One line for each thread, the elements of a map, and the id of each control group. */
#include "counted.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct task_struct {
	int pid;
	int tgid;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct bpf_iter__cgroup {
	struct bpf_iter_meta *meta;
	struct cgroup *cgroup;
};

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	void *map;
	void *key;
	void *value;
};

#pragma clang attribute pop

static __always_inline int show(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	count();
	BPF_SEQ_PRINTF(seq, "task %d of %d\n", task->pid, task->tgid);
	return 0;
}

SEC("iter/task")
int show_task(struct bpf_iter__task *ctx)
{
	return show(ctx);
}

SEC("iter.s/task")
int show_task_sleepable(struct bpf_iter__task *ctx)
{
	return show(ctx);
}

SEC("iter/cgroup")
int show_group(struct bpf_iter__cgroup *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct cgroup *group = ctx->cgroup;

	if (!group)
		return 0;
	count();
	BPF_SEQ_PRINTF(seq, "%llu\n", group->kn->id);
	return 0;
}

SEC("iter/bpf_map_elem")
int show_element(struct bpf_iter__bpf_map_elem *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	__u32 *key = ctx->key;
	__u64 *value = ctx->value;

	if (!key || !value)
		return 0;
	BPF_SEQ_PRINTF(seq, "%u is %llu\n", *key, *value);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
