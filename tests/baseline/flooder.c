// SPDX-License-Identifier: Apache-2.0
/*
 * Sends small frames of EtherType 0x88b5 (IEEE 802: for local experiments) out of one interface at a
 * steady rate, for a bounded time or until SIGTERM. Prints how many the interface took and how many
 * it refused, as JSON: only frames that were taken can be missed.
 *
 * With -x the frames never are a socket's: BPF_PROG_TEST_RUN makes them and an XDP program redirects
 * them out (Linux 5.18), which costs a fraction, so that a slow machine makes many. The interface is a
 * veth whose other end runs XDP in native mode, else it takes none; and each frame that its queue has no
 * place for the interface itself counts as dropped.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
#define FRAME 64
#define MAX_SECONDS 5
#define MAX_RATE 5000000

/* Fewer than a veth's queue has places: what is sent at once is received before more is sent. */
#define XDP_BATCH 128

/* Frames of one BPF_PROG_TEST_RUN, at the end of which the kernel waits some 30 ms, as part of a second. */
#define XDP_CALLS 10

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	stopped = signal;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static unsigned char frame[FRAME] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5};

/* Both: sends up to COUNT frames; how many were handed over, 0 when none was taken. */
typedef int (*sender)(int fd, int count);

static int open_socket(const char *interface)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		die("socket");
	address.sll_ifindex = if_nametoindex(interface);
	if (!address.sll_ifindex || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die(interface);
	return fd;
}

static int send_to_socket(int fd, int count)
{
	static struct iovec part = {frame, sizeof(frame)};
	static struct mmsghdr batch[BATCH];
	int n;

	for (int i = 0; i < BATCH; i++) {
		batch[i].msg_hdr.msg_iov = &part;
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	n = sendmmsg(fd, batch, count < BATCH ? count : BATCH, 0);
	if (n < 0 && errno != ENOBUFS && errno != EINTR)
		die("sendmmsg");
	return n > 0 ? n : 0;
}

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* return bpf_redirect(INTERFACE, 0) */
static int load_redirect(const char *interface)
{
	struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 1, .imm = if_nametoindex(interface)},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (unsigned long)code,
		.insn_cnt = sizeof(code) / sizeof(code[0]),
		.license = (unsigned long)"GPL",
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	if (!code[0].imm || fd < 0)
		die(interface);
	return fd;
}

/* Without a signal in between, which would leave untold how many were sent. */
static int send_as_xdp(int fd, int count)
{
	union bpf_attr attr = {.test = {
		.prog_fd = fd,
		.data_in = (unsigned long)frame,
		.data_size_in = sizeof(frame),
		.flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		.batch_size = XDP_BATCH,
		.repeat = count,
	}};
	sigset_t term;
	int error;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	error = bpf(BPF_PROG_TEST_RUN, &attr);
	sigprocmask(SIG_UNBLOCK, &term, NULL);
	if (error)
		die("BPF_PROG_TEST_RUN");
	return count;
}

/* What the interface dropped on its way out; wraps around. */
static unsigned int dropped(const char *interface)
{
	struct ifaddrs *all, *each;
	unsigned int count = 0;

	if (getifaddrs(&all))
		die("getifaddrs");
	for (each = all; each; each = each->ifa_next)
		if (each->ifa_addr && each->ifa_addr->sa_family == AF_PACKET &&
		    !strcmp(each->ifa_name, interface))
			count = ((struct rtnl_link_stats *)each->ifa_data)->tx_dropped;
	freeifaddrs(all);
	return count;
}

int main(int argc, char **argv)
{
	struct timespec pause = {0, 50000};
	unsigned long long sent = 0, refused = 0;
	int xdp = argc > 1 && !strcmp(argv[1], "-x"), fd;
	double seconds, rate, least, start, spent;
	unsigned int before;
	sender send;

	if (argc != 4 + xdp) {
		fprintf(stderr, "usage: %s [-x] INTERFACE SECONDS PACKETS_PER_SECOND\n", argv[0]);
		return 2;
	}
	argv += xdp;
	seconds = atof(argv[2]);
	rate = atof(argv[3]);
	if (seconds <= 0 || seconds > MAX_SECONDS || rate < 1 || rate > MAX_RATE) {
		fprintf(stderr, "at most %d seconds and %d packets a second\n", MAX_SECONDS, MAX_RATE);
		return 2;
	}
	signal(SIGTERM, stop);
	send = xdp ? send_as_xdp : send_to_socket;
	fd = xdp ? load_redirect(argv[1]) : open_socket(argv[1]);
	least = xdp ? rate / XDP_CALLS : 1;
	before = dropped(argv[1]);
	start = now();
	while (!stopped && (spent = now() - start) < seconds) {
		long long due = spent * rate - sent - refused;
		int n;

		if (due < least) {
			nanosleep(&pause, NULL);
			continue;
		}
		n = send(fd, due < rate ? due : rate);
		sent += n;
		refused += !n;
	}
	spent = now() - start;
	if (xdp) {
		refused = dropped(argv[1]) - before;
		sent -= refused;
	}
	printf("{\"sent\":%llu,\"refused\":%llu,\"seconds\":%.3f}\n", sent, refused, spent);
	return 0;
}
