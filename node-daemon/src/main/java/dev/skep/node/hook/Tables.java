package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.StructOps;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.NativeError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What both ways to register a table of functions have in common. */
final class Tables {
  private Tables() {}

  /** Gives a load's map its value, with descriptors of the load's programs. */
  static void fill(Host host, StructOps hook, LoadedProgram program, Fd map) {
    FunctionTable table =
        program
            .tables()
            .apply(hook.map())
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.UnknownMap,
                        "structOps.map: the object has no table of functions \"%s\""
                            .formatted(hook.map())));
    List<Fd> functions = new ArrayList<>();
    try {
      ByteBuffer value = ByteBuffer.wrap(table.value().clone()).order(ByteOrder.nativeOrder());
      for (Map.Entry<Integer, String> function : table.functions().entrySet()) {
        Fd fd = program.programs().apply(function.getValue());
        functions.add(fd);
        value.putLong(function.getKey(), fd.number());
      }
      host.tables().fill(map, value.array());
    } finally {
      functions.forEach(Fd::close);
    }
  }

  static RuntimeException explained(StructOps hook, NativeError e) {
    return switch (e.errno()) {
      case Errno.EEXIST ->
          new Refusal(
              Reason.HookBusy,
              "struct_ops "
                  + hook.map()
                  + ": the kernel has a table of this name already, of another program or its own",
              e);
      case Errno.EINVAL ->
          new Refusal(
              Reason.AttachFailed,
              "struct_ops "
                  + hook.map()
                  + ": the kernel does not take the table: a function that it must have is missing,"
                  + " a setting is not allowed, or an update gives it another name",
              e);
      default -> e;
    };
  }
}
