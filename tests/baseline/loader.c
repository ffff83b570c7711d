// SPDX-License-Identifier: Apache-2.0
/*
 * What C needs with libbpf for what the daemon does with one object: open it from memory, load it,
 * pin its programs and maps, attach every program as its SEC() says and pin the links. Prints each
 * round's microseconds as JSON; the first round of a process is the cold one.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_ROUNDS 10000
#define MAX_LINKS 64

enum phase { OPEN, LOAD, PIN, ATTACH, TOTAL, PHASES };
static const char *const names[PHASES] = {"open", "load", "pin", "attach", "total"};
static double spent[PHASES][MAX_ROUNDS];

static void die(const char *what, int error)
{
	fprintf(stderr, "%s: %s\n", what, strerror(error < 0 ? -error : error));
	exit(1);
}

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	void *bytes;

	if (!file || fstat(fileno(file), &st))
		die(path, errno);
	*size = st.st_size;
	bytes = malloc(*size);
	if (!bytes || fread(bytes, 1, *size, file) != *size)
		die(path, errno ? errno : EIO);
	fclose(file);
	return bytes;
}

/* bpffs takes no dot in a name. */
static const char *pin_path(const char *folder, const char *kind, const char *name)
{
	static char path[512];
	size_t start = snprintf(path, sizeof(path), "%s/%s-", folder, kind);

	snprintf(path + start, sizeof(path) - start, "%s", name);
	for (char *c = path + start; *c; c++)
		if (*c == '.')
			*c = '_';
	return path;
}

static struct bpf_object *open_and_load(const void *bytes, size_t size, double *opened)
{
	struct bpf_object *object = bpf_object__open_mem(bytes, size, NULL);
	int error;

	if (!object)
		die("open", errno);
	*opened = now_us();
	error = bpf_object__load(object);
	if (error)
		die("load", error);
	return object;
}

static void pin_all(struct bpf_object *object, const char *folder)
{
	struct bpf_program *program;
	struct bpf_map *map;
	int error;

	bpf_object__for_each_map(map, object)
		if ((error = bpf_map__pin(map, pin_path(folder, "map", bpf_map__name(map)))))
			die("pin map", error);
	bpf_object__for_each_program(program, object)
		if ((error = bpf_program__pin(program, pin_path(folder, "prog", bpf_program__name(program)))))
			die("pin program", error);
}

static int attach_all(struct bpf_object *object, const char *folder, struct bpf_link **links)
{
	struct bpf_program *program;
	int n = 0, error;

	bpf_object__for_each_program(program, object) {
		if (n == MAX_LINKS)
			die("links", E2BIG);
		links[n] = bpf_program__attach(program);
		if (!links[n])
			die("attach", errno);
		error = bpf_link__pin(links[n++], pin_path(folder, "link", bpf_program__name(program)));
		if (error)
			die("pin link", error);
	}
	return n;
}

static void take_away(struct bpf_object *object, struct bpf_link **links, int n, const char *folder)
{
	struct bpf_program *program;
	struct bpf_map *map;

	for (int i = 0; i < n; i++) {
		bpf_link__unpin(links[i]);
		bpf_link__destroy(links[i]);
	}
	bpf_object__for_each_program(program, object)
		unlink(pin_path(folder, "prog", bpf_program__name(program)));
	bpf_object__for_each_map(map, object)
		unlink(pin_path(folder, "map", bpf_map__name(map)));
	bpf_object__close(object);
}

static void measure(const void *bytes, size_t size, const char *folder, int round)
{
	struct bpf_link *links[MAX_LINKS];
	struct bpf_object *object;
	double start = now_us(), opened, loaded, pinned, attached;
	int n;

	object = open_and_load(bytes, size, &opened);
	loaded = now_us();
	pin_all(object, folder);
	pinned = now_us();
	n = attach_all(object, folder, links);
	attached = now_us();
	take_away(object, links, n, folder);
	spent[OPEN][round] = opened - start;
	spent[LOAD][round] = loaded - opened;
	spent[PIN][round] = pinned - loaded;
	spent[ATTACH][round] = attached - pinned;
	spent[TOTAL][round] = attached - start;
}

int main(int argc, char **argv)
{
	size_t size;
	double ignored;
	void *bytes;
	int rounds, loaded;

	if (argc != 5) {
		fprintf(stderr, "usage: %s OBJECT FOLDER ROUNDS LOADED\n"
			"FOLDER: a new one in bpffs; LOADED: so many copies are loaded before\n", argv[0]);
		return 2;
	}
	bytes = read_file(argv[1], &size);
	rounds = atoi(argv[3]);
	loaded = atoi(argv[4]);
	if (rounds < 1 || rounds > MAX_ROUNDS)
		die("ROUNDS", ERANGE);
	libbpf_set_print(quiet);
	if (mkdir(argv[2], 0700))
		die(argv[2], errno);
	for (int i = 0; i < loaded; i++)
		open_and_load(bytes, size, &ignored);
	for (int i = 0; i < rounds; i++)
		measure(bytes, size, argv[2], i);
	rmdir(argv[2]);
	for (int p = 0; p < PHASES; p++) {
		printf("%s\"%s\":[", p ? "," : "{", names[p]);
		for (int i = 0; i < rounds; i++)
			printf("%s%.1f", i ? "," : "", spent[p][i]);
		printf("]");
	}
	printf("}\n");
	return 0;
}
