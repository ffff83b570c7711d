// Calls a function of the kernel that no kernel has, and one that it does without.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int skep_no_such_kfunc(int number) __ksym;
extern int skep_no_such_weak_kfunc(int number) __ksym __weak;

SEC("tc")
int calls(void *ctx)
{
	return skep_no_such_kfunc(1) + (skep_no_such_weak_kfunc ? skep_no_such_weak_kfunc(2) : 0);
}

char LICENSE[] SEC("license") = "GPL";
