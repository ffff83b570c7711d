// SPDX-License-Identifier: Apache-2.0
/*
 * What C needs with libbpf to attach one loaded program and pin its links, again and again. Prints
 * each round's microseconds as JSON.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#define MAX_LINKS 1024
#define REST_US 30000.0

static struct bpf_object *object;
static struct bpf_program *program;
static struct bpf_link *links[MAX_LINKS];
static int count;

static void die(const char *what, int error)
{
	fprintf(stderr, "%s: %s\n", what, strerror(error < 0 ? -error : error));
	exit(1);
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void keep(struct bpf_link *link)
{
	if (!link)
		die("attach", errno);
	if (count == MAX_LINKS)
		die("links", E2BIG);
	links[count++] = link;
}

static int opened(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die(path, errno);
	return fd;
}

static void attach_perf_event(void)
{
	struct perf_event_attr clock = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(clock),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_freq = 99,
		.freq = 1,
	};

	for (int cpu = 0; cpu < get_nprocs(); cpu++) {
		int fd = syscall(SYS_perf_event_open, &clock, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

		if (fd < 0)
			die("perf_event_open", errno);
		keep(bpf_program__attach_perf_event(program, fd));
	}
}

static void attach_uprobe(char *target)
{
	char *symbol = strrchr(target, ':');
	LIBBPF_OPTS(bpf_uprobe_opts, options);

	*symbol = 0;
	options.func_name = symbol + 1;
	keep(bpf_program__attach_uprobe_opts(program, -1, target, 0, &options));
	*symbol = ':';
}

static void attach_netfilter(void)
{
	LIBBPF_OPTS(bpf_netfilter_opts, options, .pf = 2, .hooknum = 1);

	keep(bpf_program__attach_netfilter(program, &options));
}

static void attach_to_interface(bool tc, int index)
{
	keep(tc ? bpf_program__attach_tcx(program, index, NULL) :
		  bpf_program__attach_xdp(program, index));
}

/* PATTERN: one name, or what the names of several begin with and a star. */
static void attach_to_interfaces(bool tc, const char *pattern)
{
	size_t begin = strcspn(pattern, "*");
	struct if_nameindex *all, *each;

	if (!pattern[begin])
		return attach_to_interface(tc, if_nametoindex(pattern));
	all = if_nameindex();
	for (each = all; each->if_index; each++)
		if (!strncmp(each->if_name, pattern, begin))
			attach_to_interface(tc, each->if_index);
	if_freenameindex(all);
}

/* TARGET is what HOOK asks for: interfaces, a file or folder, BINARY:SYMBOL, a variable. */
static void attach(const char *hook, char *target)
{
	if (!strcmp(hook, "tc") || !strcmp(hook, "xdp")) {
		attach_to_interfaces(!strcmp(hook, "tc"), target);
	} else if (!strcmp(hook, "cgroup")) {
		int fd = opened(target);

		keep(bpf_program__attach_cgroup(program, fd));
		close(fd);
	} else if (!strcmp(hook, "netns")) {
		int fd = opened(target);

		keep(bpf_program__attach_netns(program, fd));
		close(fd);
	} else if (!strcmp(hook, "perf_event")) {
		attach_perf_event();
	} else if (!strcmp(hook, "uprobe")) {
		attach_uprobe(target);
	} else if (!strcmp(hook, "netfilter")) {
		attach_netfilter();
	} else if (!strcmp(hook, "struct_ops")) {
		keep(bpf_map__attach_struct_ops(bpf_object__find_map_by_name(object, target)));
	} else {
		keep(bpf_program__attach(program));
	}
}

static void pin_all(const char *folder)
{
	char path[512];
	int error;

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/link-%d", folder, i);
		error = bpf_link__pin(links[i], path);
		if (error)
			die("pin link", error);
	}
}

static void detach_all(void)
{
	while (count) {
		bpf_link__unpin(links[--count]);
		bpf_link__destroy(links[count]);
	}
}

/*
 * Taking away leaves the kernel waiting for its readers (RCU), and attaching may wait for that too:
 * rounds that take turns without a pause measure how the two meet. Awake, for a sleeper finds the
 * processor's caches full of what others did.
 */
static void rest(void)
{
	double end = now_us() + REST_US;

	while (now_us() < end)
		;
}

static void load(const char *path, const char *function)
{
	struct bpf_program *each;
	int error;

	object = bpf_object__open_file(path, NULL);
	if (!object)
		die(path, errno);
	program = bpf_object__find_program_by_name(object, function);
	if (!program)
		die(function, ENOENT);
	/* All functions of a table are one thing. */
	if (bpf_program__type(program) != BPF_PROG_TYPE_STRUCT_OPS)
		bpf_object__for_each_program(each, object)
			bpf_program__set_autoload(each, each == program);
	error = bpf_object__load(object);
	if (error)
		die("load", error);
}

int main(int argc, char **argv)
{
	int rounds;

	if (argc != 7 && argc != 8) {
		fprintf(stderr, "usage: %s OBJECT FUNCTION HOOK TARGET FOLDER ROUNDS [HASTY]\n"
			"FOLDER: a new one in bpffs; HASTY: so many rounds before there is a pause\n", argv[0]);
		return 2;
	}
	load(argv[1], argv[2]);
	if (mkdir(argv[5], 0700))
		die(argv[5], errno);
	rounds = atoi(argv[6]);
	printf("{\"total\":[");
	for (int i = 0; i < rounds; i++) {
		double start = now_us();

		attach(argv[3], argv[4]);
		pin_all(argv[5]);
		printf("%s%.1f", i ? "," : "", now_us() - start);
		detach_all();
		if (argc == 8 && i >= atoi(argv[7]) - 1)
			rest();
	}
	printf("]}\n");
	rmdir(argv[5]);
	bpf_object__close(object);
	return 0;
}
