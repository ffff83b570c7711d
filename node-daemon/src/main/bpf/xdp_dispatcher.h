/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs up to ten XDP programs on one interface, one after the other. Each slot is a global function
 * that the kernel lets a program of type freplace take the place of. What is in `conf` is read when
 * the dispatcher is loaded, so the verifier drops slots that are not used.
 *
 * Names and layout are those of the libxdp protocol (xdp-tools, lib/libxdp/protocol.org), so that a
 * dispatcher of ours can stand where libxdp's stood. Its version says which configuration it has:
 * 2 is of libxdp before 1.5, 3 of those after.
 */
#pragma once

#include "skep.bpf.h"

#define SLOTS 10

/* What an empty slot returns: no XDP action, always gone on from. */
#define EMPTY 31

struct xdp_dispatcher_config {
	__u8 magic;
	__u8 dispatcher_version;
	__u8 num_progs_enabled;
	__u8 is_xdp_frags;
	__u32 chain_call_actions[SLOTS]; /* bit n: go on when the program returned n */
	__u32 run_prios[SLOTS];
	__u32 program_flags[SLOTS];
#if DISPATCHER_VERSION >= 3
	__u8 is_xdp_devbound;
#endif
};

/* Constant to the verifier, volatile to the compiler, which must not know that it is zero here. */
static const volatile struct xdp_dispatcher_config conf = {};

/*
 * `result` is volatile so that callers do not see what a slot returns before it is replaced. Moving
 * the packet's end by nothing declares that the slot may change the packet: kernels since 6.13
 * refuse a replacement that does where the replaced function does not.
 */
#define SLOT(n)                                                      \
	__attribute__((noinline)) int prog##n(struct xdp_md *ctx)    \
	{                                                            \
		volatile int result = EMPTY;                         \
                                                                     \
		if (!ctx)                                            \
			return XDP_ABORTED;                          \
		bpf_xdp_adjust_tail(ctx, 0);                         \
		return result;                                       \
	}

SLOT(0)
SLOT(1)
SLOT(2)
SLOT(3)
SLOT(4)
SLOT(5)
SLOT(6)
SLOT(7)
SLOT(8)
SLOT(9)

/* A program may return any number: what has no bit ends the chain, and the kernel makes of it what it does. */
#define RUN(n)                                                                        \
	if (conf.num_progs_enabled <= n)                                              \
		return XDP_PASS;                                                      \
	action = prog##n(ctx);                                                        \
	if (action > EMPTY || !(1U << action & conf.chain_call_actions[n]))           \
		return action;

SEC("xdp")
int xdp_dispatcher(struct xdp_md *ctx)
{
	__u32 action;

	RUN(0)
	RUN(1)
	RUN(2)
	RUN(3)
	RUN(4)
	RUN(5)
	RUN(6)
	RUN(7)
	RUN(8)
	RUN(9)
	return XDP_PASS;
}

/* Tools that look at BTF only find the version here. */
__uint(dispatcher_version, DISPATCHER_VERSION) SEC("xdp_metadata");

char LICENSE[] SEC("license") = "GPL";
