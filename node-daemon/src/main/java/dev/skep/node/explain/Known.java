package dev.skep.node.explain;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One thing the verifier (kernel/bpf/verifier.c) or libbpf is known to say, over the kernels.
 *
 * @param pattern found in the line that says it
 * @param speaksOf which source line it is about
 * @param advice what to do, with the pattern's groups as $1, $2
 */
record Known(Pattern pattern, SpeaksOf speaksOf, String advice) {
  enum SpeaksOf {
    /** The source line last printed before it. */
    LAST_LINE,
    /** The source line of the instruction in the pattern's first group. */
    ALLOCATION,
    /** None: the line last printed is only where the verifier gave up. */
    WHOLE_PROGRAM
  }

  // In the order they are tried; the first that is found in a line counts.
  private static final List<Known> ALL =
      List.of(
          here(
              "R\\d+ invalid mem access '(?:\\w*_)?(?:map_value_or_null|mem_or_null|sock_or_null"
                  + "|ptr_or_null_\\w*)'",
              "the pointer may be NULL: compare it with NULL before this use"),
          here(
              "R\\d+ invalid mem access '(?:scalar|inv)'",
              "a number is used as a pointer: read memory that is not the program's own with"
                  + " bpf_probe_read_kernel, bpf_probe_read_user or BPF_CORE_READ"),
          here(
              "invalid access to map value, value_size=(\\d+)",
              "check that offset + size stays within the value's $1 bytes before the access"),
          here(
              "R\\d+ (?:unbounded memory access|min value is (?:negative|outside of the allowed"
                  + " memory range))|R\\d+ max value is outside of the allowed memory range",
              "the index has no proven bound: compare it with the size, as an unsigned number,"
                  + " before the access"),
          here(
              "invalid access to packet|offset is outside of the packet",
              "compare the end of what is read with data_end before reading it"),
          here(
              "pointer arithmetic on pkt_end prohibited",
              "data_end is only compared with: move the data pointer, not the end"),
          here(
              "pointer arithmetic (?:on \\S+ prohibited|with .* prohibited)",
              "this pointer must not be moved: copy what it points to, or index from its base"),
          here(
              "R(\\d+) !read_ok",
              "a variable (register $1) is read before it is set: give it a value on every path"),
          here(
              "invalid (?:indirect )?read from stack",
              "part of this variable was never set, padding included: begin it with = {} or"
                  + " __builtin_memset"),
          here(
              "attempt to corrupt spilled pointer on stack|corrupted spill memory",
              "a pointer saved on the stack is partly overwritten: begin the variable with = {},"
                  + " or grant CAP_PERFMON"),
          here("misaligned (?:stack )?access", "align the access to its size"),
          whole(
              "combined stack size of \\d+ calls is (\\d+)|stack depth (\\d+) exceeds"
                  + "|Looks like the BPF stack limit",
              "512 bytes of stack for all calls together: keep large variables in a per-CPU array"),
          here(
              "invalid (?:variable-offset )?(?:\\w+ )*stack (?:access )?",
              "the access leaves the 512 bytes of stack: check the index"),
          whole(
              "BPF program is too large|too many (?:states|jumps)|sequence of \\d+ jumps is too"
                  + " complex|program is too complex",
              "the verifier follows at most a million instructions: bound or shorten its loops (bpf_loop),"
                  + " or split the program by tail calls"),
          here(
              "infinite loop detected",
              "the loop's end is not provable: count with a bound that is a constant"),
          whole(
              "back-edge from insn|recursive call from|call stack of \\d+ frames is too deep",
              "recursion, or a loop this kernel does not take: use a bounded loop"),
          whole("unreachable insn", "code that no path reaches: remove it"),
          whole(
              "last insn is not an exit or jmp|jump out of range|fell through",
              "the function does not end with a return: every path needs one"),
          here(
              "BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock"
                  + "|bpf_spin_unlock is missing",
              "a path returns with the lock held: call bpf_spin_unlock on every path"),
          here(
              "function calls are not allowed while holding a lock",
              "compute it before bpf_spin_lock or after bpf_spin_unlock"),
          at(
              "Unreleased reference id=\\d+ alloc_insn=(\\d+)",
              "taken here and not given back on some path: release it on every path"
                  + " (bpf_sk_release, bpf_ringbuf_discard, …)"),
          here(
              "cannot call GPL-restricted function",
              "declare a GPL-compatible licence: char LICENSE[] SEC(\"license\") = \"GPL\""),
          here(
              "helper call might sleep in a non-sleepable prog|sleepable helper .* in non-sleepable",
              "make the program sleepable where its hook can (SEC(\"….s/…\")), or use the helper's"
                  + " non-sleeping form (bpf_probe_read_user)"),
          here(
              "program of this type cannot use helper (\\w+)(?:#\\d+)?",
              "$1 exists, but not for this program type"),
          here(
              "invalid func unknown#(\\d+)",
              "this kernel has no helper number $1: it needs a newer kernel"),
          here(
              "unknown func (\\w+)(?:#\\d+)?",
              "$1 is not there for this program type on this kernel"),
          here(
              "calling kernel function (\\w+) is not allowed", "this program type may not call $1"),
          here(
              "invalid bpf_context access",
              "this field of the context cannot be read or written in that size by this program"
                  + " type"),
          here(
              "failed to resolve CO-RE relocation <[^>]*> \\[\\d+\\] (\\w+ \\w+?)(?:___\\w+)?(\\.\\S+|\\b)",
              "this kernel's BTF has no $1$2: test with bpf_core_field_exists before using it"),
          here(
              "At program exit the register R0 (?:has|is)",
              "the return value is not one this hook takes"),
          here("R0 leaks addr as return value", "return a number, not a pointer"),
          here(
              "R\\d+ leaks addr|leaking pointer",
              "a pointer would become visible to user space: store a number, or grant CAP_PERFMON"),
          here(
              "R(\\d+) type=(\\w+) expected=",
              "argument $1 of this call is a pointer of the wrong kind ($2): pass the address of a"
                  + " variable on the stack or of a map's value"),
          here("R\\d+ invalid mem access '(\\w+)'", "memory of the kind $1 is not read this way"),
          whole(
              "failed to find kernel BTF type ID of '([^']+)'",
              "this kernel has no function $1 to attach to, or no BTF for it"),
          whole(
              "extern \\((?:func|var) ksym\\) '([^']+)': not found",
              "this kernel has no $1: declare it __weak and test it with bpf_ksym_exists"),
          whole(
              "map '([^']+)': failed to create: Invalid argument",
              "type, sizes or flags of map $1 do not go together on this kernel"),
          whole(
              "map '([^']+)': failed to create: Operation not permitted",
              "making map $1 is not permitted: the daemon needs CAP_BPF, and before Linux 5.11 a"
                  + " higher memlock limit"));

  static Optional<Known> matching(String line) {
    return ALL.stream().filter(known -> known.pattern.matcher(line).find()).findFirst();
  }

  private static Known here(String regex, String advice) {
    return new Known(Pattern.compile(regex), SpeaksOf.LAST_LINE, advice);
  }

  private static Known at(String regex, String advice) {
    return new Known(Pattern.compile(regex), SpeaksOf.ALLOCATION, advice);
  }

  private static Known whole(String regex, String advice) {
    return new Known(Pattern.compile(regex), SpeaksOf.WHOLE_PROGRAM, advice);
  }
}
