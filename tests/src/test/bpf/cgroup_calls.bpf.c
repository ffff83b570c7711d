// SPDX-License-Identifier: Apache-2.0
/* One program for each call of a control group; all let everything pass. */
#include "counted.bpf.h"

#define ALLOWS(name, section, context)                                                             \
	SEC(section)                                                                                   \
	int name(context *ctx)                                                                         \
	{                                                                                              \
		count();                                                                                   \
		return 1;                                                                                  \
	}

ALLOWS(on_ingress, "cgroup_skb/ingress", struct __sk_buff)
ALLOWS(on_skb, "cgroup/skb", struct __sk_buff)
ALLOWS(on_create, "cgroup/sock_create", struct bpf_sock)
ALLOWS(on_sock, "cgroup/sock", struct bpf_sock)
ALLOWS(on_release, "cgroup/sock_release", struct bpf_sock)
ALLOWS(on_post_bind4, "cgroup/post_bind4", struct bpf_sock)
ALLOWS(on_post_bind6, "cgroup/post_bind6", struct bpf_sock)
ALLOWS(on_bind4, "cgroup/bind4", struct bpf_sock_addr)
ALLOWS(on_bind6, "cgroup/bind6", struct bpf_sock_addr)
ALLOWS(on_connect4, "cgroup/connect4", struct bpf_sock_addr)
ALLOWS(on_connect6, "cgroup/connect6", struct bpf_sock_addr)
ALLOWS(on_sendmsg4, "cgroup/sendmsg4", struct bpf_sock_addr)
ALLOWS(on_sendmsg6, "cgroup/sendmsg6", struct bpf_sock_addr)
ALLOWS(on_recvmsg4, "cgroup/recvmsg4", struct bpf_sock_addr)
ALLOWS(on_recvmsg6, "cgroup/recvmsg6", struct bpf_sock_addr)
ALLOWS(on_getpeername4, "cgroup/getpeername4", struct bpf_sock_addr)
ALLOWS(on_getpeername6, "cgroup/getpeername6", struct bpf_sock_addr)
ALLOWS(on_getsockname4, "cgroup/getsockname4", struct bpf_sock_addr)
ALLOWS(on_getsockname6, "cgroup/getsockname6", struct bpf_sock_addr)
ALLOWS(on_connect_unix, "cgroup/connect_unix", struct bpf_sock_addr)
ALLOWS(on_getpeername_unix, "cgroup/getpeername_unix", struct bpf_sock_addr)
ALLOWS(on_getsockname_unix, "cgroup/getsockname_unix", struct bpf_sock_addr)
ALLOWS(on_sendmsg_unix, "cgroup/sendmsg_unix", struct bpf_sock_addr)
ALLOWS(on_recvmsg_unix, "cgroup/recvmsg_unix", struct bpf_sock_addr)
ALLOWS(on_sysctl, "cgroup/sysctl", struct bpf_sysctl)
ALLOWS(on_device, "cgroup/dev", struct bpf_cgroup_dev_ctx)
ALLOWS(on_sockops, "sockops", struct bpf_sock_ops)

SEC("cgroup/getsockopt")
int on_getsockopt(struct bpf_sockopt *ctx)
{
	count();
	/* Longer values than a page are cut for programs, and refused unless we say that we do not mind. */
	ctx->optlen = ctx->optlen > 4096 ? 0 : ctx->optlen;
	return 1;
}

SEC("cgroup/setsockopt")
int on_setsockopt(struct bpf_sockopt *ctx)
{
	count();
	ctx->optlen = ctx->optlen > 4096 ? 0 : ctx->optlen;
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
