package dev.skep.node.libbpf;

import static dev.skep.node.libbpf.Layouts.PROG_QUERY_OPTS;
import static dev.skep.node.libbpf.Layouts.TEST_RUN_OPTS;
import static dev.skep.node.libbpf.Layouts.at;
import static dev.skep.node.libbpf.NativeLibbpf.check;
import static dev.skep.node.libbpf.NativeLibbpf.options;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Programs attached and run by system calls of their own. */
final class NativePrograms implements Programs {
  static final NativePrograms INSTANCE = new NativePrograms();

  /** More than any target of these attach types holds. */
  private static final int ROOM = 64;

  private NativePrograms() {}

  @Override
  public void attach(Fd program, Fd target, int attachType) {
    check("bpf_prog_attach", ProgramCalls.attach(program.number(), target.number(), attachType, 0));
  }

  @Override
  public void detach(Fd program, Fd target, int attachType) {
    check("bpf_prog_detach2", ProgramCalls.detach(program.number(), target.number(), attachType));
  }

  @Override
  public List<Integer> attached(Fd target, int attachType) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ids = arena.allocate(JAVA_INT, ROOM);
      MemorySegment options = options(arena, PROG_QUERY_OPTS);
      options.set(JAVA_LONG, at(PROG_QUERY_OPTS, "prog_ids"), ids.address());
      options.set(JAVA_INT, at(PROG_QUERY_OPTS, "count"), ROOM);
      check("bpf_prog_query_opts", ProgramCalls.query(target.number(), attachType, options));
      List<Integer> attached = new ArrayList<>();
      for (int i = 0; i < options.get(JAVA_INT, at(PROG_QUERY_OPTS, "count")); i++) {
        attached.add(ids.getAtIndex(JAVA_INT, i));
      }
      return attached;
    }
  }

  @Override
  public int run(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = options(arena, TEST_RUN_OPTS);
      check("bpf_prog_test_run_opts", ProgramCalls.testRun(program.number(), options));
      return options.get(JAVA_INT, at(TEST_RUN_OPTS, "retval"));
    }
  }
}
