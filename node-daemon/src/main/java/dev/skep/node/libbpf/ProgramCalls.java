package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of libbpf that attach and run programs without links, each one call. */
final class ProgramCalls {
  private static final FunctionDescriptor INT_INT_INT_INT_INT =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor INT_INT_INT_INT =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor INT_INT_INT_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_INT_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_PTR = FunctionDescriptor.of(JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_PTR_PTR =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);

  private static final MethodHandle PROG_ATTACH =
      Symbols.libbpf("bpf_prog_attach", INT_INT_INT_INT_INT);
  private static final MethodHandle PROG_DETACH2 =
      Symbols.libbpf("bpf_prog_detach2", INT_INT_INT_INT);
  private static final MethodHandle PROG_QUERY_OPTS =
      Symbols.libbpf("bpf_prog_query_opts", INT_INT_INT_PTR);
  private static final MethodHandle PROG_TEST_RUN_OPTS =
      Symbols.libbpf("bpf_prog_test_run_opts", INT_INT_PTR);
  private static final MethodHandle TC_HOOK_CREATE = Symbols.libbpf("bpf_tc_hook_create", INT_PTR);
  private static final MethodHandle TC_HOOK_DESTROY =
      Symbols.libbpf("bpf_tc_hook_destroy", INT_PTR);
  private static final MethodHandle TC_ATTACH = Symbols.libbpf("bpf_tc_attach", INT_PTR_PTR);
  private static final MethodHandle TC_DETACH = Symbols.libbpf("bpf_tc_detach", INT_PTR_PTR);
  private static final MethodHandle TC_QUERY = Symbols.libbpf("bpf_tc_query", INT_PTR_PTR);

  private ProgramCalls() {}

  static int attach(int program, int target, int attachType, int flags) {
    try {
      return (int) PROG_ATTACH.invokeExact(program, target, attachType, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int detach(int program, int target, int attachType) {
    try {
      return (int) PROG_DETACH2.invokeExact(program, target, attachType);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int query(int target, int attachType, MemorySegment options) {
    try {
      return (int) PROG_QUERY_OPTS.invokeExact(target, attachType, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int testRun(int program, MemorySegment options) {
    try {
      return (int) PROG_TEST_RUN_OPTS.invokeExact(program, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int makeFilterHook(MemorySegment hook) {
    try {
      return (int) TC_HOOK_CREATE.invokeExact(hook);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int removeFilterHook(MemorySegment hook) {
    try {
      return (int) TC_HOOK_DESTROY.invokeExact(hook);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int attachFilter(MemorySegment hook, MemorySegment options) {
    try {
      return (int) TC_ATTACH.invokeExact(hook, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int detachFilter(MemorySegment hook, MemorySegment options) {
    try {
      return (int) TC_DETACH.invokeExact(hook, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int queryFilter(MemorySegment hook, MemorySegment options) {
    try {
      return (int) TC_QUERY.invokeExact(hook, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }
}
