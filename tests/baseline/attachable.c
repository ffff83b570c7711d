// SPDX-License-Identifier: Apache-2.0
/*
 * What C can attach with libbpf on this kernel: of each program of each OBJECT.bpf.o named, prints
 * "OBJECT/FUNCTION<tab>KIND<tab>attaches" or "…<tab>cannot load|attach: why", where KIND is what its
 * SEC() says without the target. Interfaces are those of a network namespace of its own; each program
 * has a process of its own, so that one that hangs or crashes takes no other with it.
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS_EACH 20

static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

/* In these what follows the slash is no target. */
static bool is_whole(const char *section)
{
	static const char *const begins[] = {"cgroup", "tc", "netkit", "sk_skb", "xdp"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (!strncmp(section, begins[i], strlen(begins[i])))
			return true;
	return false;
}

static void say(const char *file, struct bpf_program *program, const char *step, int error)
{
	const char *section = bpf_program__section_name(program), *name = strrchr(file, '/');
	int kind = is_whole(section) ? strlen(section) : strcspn(section, "/");

	name = name ? name + 1 : file;
	printf("%.*s/%s\t%.*s\t", (int)strcspn(name, "."), name, bpf_program__name(program), kind,
	       section);
	if (!step)
		printf("attaches\n");
	else
		printf("cannot %s: %s\n", step, strerror(error < 0 ? -error : error));
	fflush(stdout);
}

/* A cgroup with nobody in it: a program that forbids something forbids it to no one. */
static const char *own_cgroup(void)
{
	static char path[64];

	if (!path[0]) {
		bool hybrid = access("/sys/fs/cgroup/cgroup.procs", F_OK);

		snprintf(path, sizeof(path), "/sys/fs/cgroup%s/skep-attacher-%d",
			 hybrid ? "/unified" : "", getpid());
		if (mkdir(path, 0755))
			perror(path);
	}
	return path;
}

/* The names that a program asks for whose SEC() has none. */
static void name_target(struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);
	enum bpf_attach_type type = bpf_program__expected_attach_type(program);
	const char *target = NULL;

	if (strchr(section, '/'))
		return;
	switch (bpf_program__type(program)) {
	case BPF_PROG_TYPE_TRACING:
		target = type == BPF_TRACE_RAW_TP ? "sys_enter" :
			 type == BPF_TRACE_ITER ? "task" :
			 type == BPF_MODIFY_RETURN ? "bpf_modify_return_test" : "do_sys_openat2";
		break;
	case BPF_PROG_TYPE_LSM:
		target = type == BPF_LSM_CGROUP ? "socket_create" : "file_open";
		break;
	default:
		break;
	}
	if (target)
		bpf_program__set_attach_target(program, 0, target);
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static struct bpf_link *kprobe_link(struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);
	bool ret = strstr(section, "ret") == section + 1;

	if (begins(section, "uprobe.multi") || begins(section, "uretprobe.multi") ||
	    begins(section, "uprobe.session")) {
		LIBBPF_OPTS(bpf_uprobe_multi_opts, multi, .retprobe = ret);
		return bpf_program__attach_uprobe_multi(program, -1, "/lib/x86_64-linux-gnu/libc.so.6",
							"getppid", &multi);
	}
	if (section[0] == 'u') {
		LIBBPF_OPTS(bpf_uprobe_opts, uprobe, .retprobe = ret, .func_name = "getppid");
		return bpf_program__attach_uprobe_opts(program, -1, "/lib/x86_64-linux-gnu/libc.so.6", 0,
						       &uprobe);
	}
	if (strstr(section, ".multi") || strstr(section, ".session")) {
		LIBBPF_OPTS(bpf_kprobe_multi_opts, multi, .retprobe = ret);
		return bpf_program__attach_kprobe_multi_opts(program, "do_sys_openat*", &multi);
	}
	return bpf_program__attach_kprobe(program, ret, "do_sys_openat2");
}

static struct bpf_link *perf_link(struct bpf_program *program)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.size = sizeof(attr),
		.sample_freq = 99,
		.freq = 1,
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);

	return fd < 0 ? NULL : bpf_program__attach_perf_event(program, fd);
}

/* TCX where the kernel has it, a filter of clsact below; netkit on the pair of that type. */
static int attach_tc(struct bpf_program *program)
{
	enum bpf_attach_type type = bpf_program__expected_attach_type(program);
	bool egress = strstr(bpf_program__section_name(program), "egress");
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = if_nametoindex("veth0"),
		    .attach_point = egress ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = bpf_program__fd(program));
	int error;

	if (type == BPF_NETKIT_PRIMARY || type == BPF_NETKIT_PEER)
		return bpf_program__attach_netkit(program, if_nametoindex("nk0"), NULL) ? 0 : -errno;
	bpf_program__set_expected_attach_type(program, egress ? BPF_TCX_EGRESS : BPF_TCX_INGRESS);
	if (bpf_program__attach_tcx(program, if_nametoindex("veth0"), NULL))
		return 0;
	error = bpf_tc_hook_create(&hook);
	return error && error != -EEXIST ? error : bpf_tc_attach(&hook, &filter);
}

static int attach_to_sockmap(struct bpf_program *program, struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
		if (bpf_map__type(map) == BPF_MAP_TYPE_SOCKMAP || bpf_map__type(map) == BPF_MAP_TYPE_SOCKHASH)
			return bpf_prog_attach(bpf_program__fd(program), bpf_map__fd(map),
					       bpf_program__expected_attach_type(program), 0);
	return -ENOENT;
}

static int attach_struct_ops(struct bpf_object *object)
{
	struct bpf_link *link;
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		link = bpf_map__attach_struct_ops(map);
		if (!link)
			return -errno;
		/* Without a link in the kernel it would outlive this process. */
		return bpf_link__destroy(link);
	}
	return -ENOENT;
}

static int run_once(struct bpf_program *program)
{
	char context[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = context, .ctx_size_in = sizeof(context));

	return bpf_prog_test_run_opts(bpf_program__fd(program), &run);
}

static int attach(struct bpf_program *program, struct bpf_object *object)
{
	LIBBPF_OPTS(bpf_netfilter_opts, netfilter, .pf = 2, .hooknum = 1, .priority = 100);
	struct bpf_link *link;

	switch (bpf_program__type(program)) {
	case BPF_PROG_TYPE_XDP:
		link = bpf_program__attach_xdp(program, if_nametoindex("veth0"));
		break;
	case BPF_PROG_TYPE_SCHED_CLS:
		return attach_tc(program);
	case BPF_PROG_TYPE_CGROUP_SKB:
	case BPF_PROG_TYPE_CGROUP_SOCK:
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
	case BPF_PROG_TYPE_CGROUP_SOCKOPT:
	case BPF_PROG_TYPE_CGROUP_SYSCTL:
	case BPF_PROG_TYPE_CGROUP_DEVICE:
	case BPF_PROG_TYPE_SOCK_OPS:
		link = bpf_program__attach_cgroup(program, open(own_cgroup(), O_RDONLY));
		break;
	case BPF_PROG_TYPE_LSM:
		link = bpf_program__expected_attach_type(program) == BPF_LSM_CGROUP ?
			       bpf_program__attach_cgroup(program, open(own_cgroup(), O_RDONLY)) :
			       bpf_program__attach(program);
		break;
	case BPF_PROG_TYPE_SK_LOOKUP:
	case BPF_PROG_TYPE_FLOW_DISSECTOR:
		link = bpf_program__attach_netns(program, open("/proc/self/ns/net", O_RDONLY));
		break;
	case BPF_PROG_TYPE_SK_MSG:
	case BPF_PROG_TYPE_SK_SKB:
		return attach_to_sockmap(program, object);
	case BPF_PROG_TYPE_NETFILTER:
		link = bpf_program__attach_netfilter(program, &netfilter);
		break;
	case BPF_PROG_TYPE_PERF_EVENT:
		link = perf_link(program);
		break;
	case BPF_PROG_TYPE_STRUCT_OPS:
		return attach_struct_ops(object);
	case BPF_PROG_TYPE_SYSCALL:
		return run_once(program);
	case BPF_PROG_TYPE_KPROBE:
		link = bpf_program__attach(program);
		if (!link)
			link = kprobe_link(program);
		break;
	default:
		link = bpf_program__attach(program);
	}
	return link ? 0 : -errno;
}

static void try(const char *file, const char *function)
{
	struct bpf_object *object = bpf_object__open(file);
	struct bpf_program *program, *wanted = bpf_object__find_program_by_name(object, function);
	int error;

	bpf_object__for_each_program(program, object)
		if (program != wanted && bpf_program__type(wanted) != BPF_PROG_TYPE_STRUCT_OPS)
			bpf_program__set_autoload(program, false);
	name_target(wanted);
	error = bpf_object__load(object);
	if (error)
		return say(file, wanted, "load", error);
	error = attach(wanted, object);
	say(file, wanted, error ? "attach" : NULL, error);
}

/* Interfaces to attach to, which go with this process. */
static void make_interfaces(void)
{
	if (unshare(CLONE_NEWNET)) {
		perror("network namespace");
		exit(1);
	}
	if (system("ip link set lo up && ip link add veth0 type veth peer name veth1 && ip link set veth0 up"))
		exit(1);
	/* Only where the kernel has the type. */
	if (system("ip link add nk0 type netkit 2>/dev/null && ip link set nk0 up"))
		return;
}

static void try_apart(const char *file, struct bpf_program *program)
{
	pid_t child = fork();
	int status;

	if (!child) {
		alarm(SECONDS_EACH);
		try(file, bpf_program__name(program));
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		perror("fork");
		exit(1);
	}
	if (WIFSIGNALED(status))
		say(file, program, "end", EINTR);
}

int main(int argc, char **argv)
{
	libbpf_set_print(silent);
	make_interfaces();
	own_cgroup();
	for (int i = 1; i < argc; i++) {
		struct bpf_object *object = bpf_object__open(argv[i]);
		struct bpf_program *program;

		if (!object) {
			perror(argv[i]);
			continue;
		}
		bpf_object__for_each_program(program, object)
			try_apart(argv[i], program);
		bpf_object__close(object);
	}
	rmdir(own_cgroup());
	return 0;
}
