// SPDX-License-Identifier: Apache-2.0
/*
 * Sends small frames of EtherType 0x88b5 (IEEE 802: for local experiments) out of one interface at a
 * steady rate, for a bounded time or until SIGTERM. Prints how many the interface took and how many
 * it refused, as JSON: only frames that were taken can be missed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
#define FRAME 64
#define MAX_SECONDS 5
#define MAX_RATE 1000000

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

int main(int argc, char **argv)
{
	static unsigned char frame[FRAME] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5};
	struct iovec part = {frame, sizeof(frame)};
	struct mmsghdr batch[BATCH] = {0};
	struct timespec pause = {0, 50000};
	unsigned long long sent = 0, refused = 0;
	double seconds, rate, start, spent;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: %s INTERFACE SECONDS PACKETS_PER_SECOND\n", argv[0]);
		return 2;
	}
	seconds = atof(argv[2]);
	rate = atof(argv[3]);
	if (seconds <= 0 || seconds > MAX_SECONDS || rate < 1 || rate > MAX_RATE) {
		fprintf(stderr, "at most %d seconds and %d packets a second\n", MAX_SECONDS, MAX_RATE);
		return 2;
	}
	signal(SIGTERM, stop);
	for (int i = 0; i < BATCH; i++) {
		batch[i].msg_hdr.msg_iov = &part;
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	fd = open_socket(argv[1]);
	start = now();
	while (!stopped && (spent = now() - start) < seconds) {
		int due = (int)(spent * rate - sent - refused), n;

		if (due < 1) {
			nanosleep(&pause, NULL);
			continue;
		}
		n = sendmmsg(fd, batch, due < BATCH ? due : BATCH, 0);
		if (n > 0)
			sent += n;
		else if (errno == ENOBUFS)
			refused++;
		else if (errno != EINTR)
			die("sendmmsg");
	}
	printf("{\"sent\":%llu,\"refused\":%llu,\"seconds\":%.3f}\n", sent, refused, now() - start);
	return 0;
}
