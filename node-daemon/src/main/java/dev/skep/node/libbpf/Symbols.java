package dev.skep.node.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/** Finds C functions and makes method handles of them. */
@SuppressWarnings("restricted") // the native border is crossed here
final class Symbols {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();

  /** Makes a call write errno into a segment that is its first argument. */
  static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();

  private Symbols() {}

  /** libbpf, loaded once; its own class so that a missing library is an error of the first use. */
  private static final class LibbpfLibrary {
    static final SymbolLookup LOOKUP = SymbolLookup.libraryLookup("libbpf.so.1", Arena.global());
  }

  /** Loads libbpf, or says what to install. */
  static void requireLibbpf() {
    try {
      LibbpfLibrary.LOOKUP.find("bpf_object__open_mem");
    } catch (ExceptionInInitializerError | NoClassDefFoundError missing) {
      throw new NativeError(
          "libbpf.so.1",
          0,
          "not found: install libbpf 1.3 or later (Debian 12: apt install -t bookworm-backports"
              + " libbpf1; Debian 13, Ubuntu 24.04: libbpf1; Fedora: libbpf)",
          List.of());
    }
  }

  static MethodHandle libc(String name, FunctionDescriptor shape, Linker.Option... options) {
    return handle(LIBC, "libc", name, shape, options);
  }

  static MethodHandle libbpf(String name, FunctionDescriptor shape, Linker.Option... options) {
    return handle(LibbpfLibrary.LOOKUP, "libbpf", name, shape, options);
  }

  /** A function that the library lacks becomes a handle that says so when it is called. */
  private static MethodHandle handle(
      SymbolLookup library,
      String libraryName,
      String name,
      FunctionDescriptor shape,
      Linker.Option... options) {
    return library
        .find(name)
        .map(address -> LINKER.downcallHandle(address, shape, options))
        .orElseGet(() -> missing(libraryName, name, LINKER.downcallHandle(shape, options)));
  }

  private static MethodHandle missing(String library, String name, MethodHandle shaped) {
    var type = shaped.type().dropParameterTypes(0, 1);
    NativeError error =
        new NativeError(
            name, Errno.ENOSYS, library + " lacks this function: install a later one", List.of());
    MethodHandle thrower =
        MethodHandles.throwException(type.returnType(), NativeError.class).bindTo(error);
    return MethodHandles.dropArguments(thrower, 0, type.parameterList());
  }

  /** What a method handle throws is ours, or a mistake in its shape. */
  static RuntimeException rethrow(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(thrown);
    };
  }
}
