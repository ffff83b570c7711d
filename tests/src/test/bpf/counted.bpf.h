/* SPDX-License-Identifier: Apache-2.0 */
/* A one-slot array `hits`, so that a test sees that a hook fired: count() adds one to slot 0,
 * count_cookie() the attachment's cookie. */
#pragma once

#include "skep.bpf.h"

#ifndef STEP
#define STEP 1
#endif

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

static __always_inline int count(void)
{
	const __u32 slot = 0;

	map_add(&hits, &slot, STEP);
	return 0;
}

#define AT_RETURN 1000000

/* The kernel gave it an argument in 7.0. */
extern bool bpf_session_is_return___without(void) __weak __ksym;
extern bool bpf_session_is_return___with(void *ctx) __weak __ksym;

/* Of a session: adds one where the function begins, a million where it returns. */
static __always_inline int count_session(void *ctx)
{
	const __u32 slot = 0;
	bool at_return;

	if (bpf_ksym_exists(bpf_session_is_return___without))
		at_return = bpf_session_is_return___without();
	else if (bpf_ksym_exists(bpf_session_is_return___with))
		at_return = bpf_session_is_return___with(ctx);
	else
		return 0;
	map_add(&hits, &slot, at_return ? AT_RETURN : 1);
	return 0;
}

/* Adds the number that the attachment was given. */
static __always_inline int count_cookie(void *ctx)
{
	const __u32 slot = 0;

	map_add(&hits, &slot, bpf_get_attach_cookie(ctx));
	return 0;
}
