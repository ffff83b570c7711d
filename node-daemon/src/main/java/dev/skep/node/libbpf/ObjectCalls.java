package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of libbpf/libbpf.h on an opened object, each one call. */
final class ObjectCalls {
  private static final FunctionDescriptor PTR_PTR_LONG_PTR =
      FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final FunctionDescriptor INT_PTR = FunctionDescriptor.of(JAVA_INT, ADDRESS);
  private static final FunctionDescriptor VOID_PTR = FunctionDescriptor.ofVoid(ADDRESS);
  private static final FunctionDescriptor PTR_PTR_PTR =
      FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS);
  private static final FunctionDescriptor PTR_PTR = FunctionDescriptor.of(ADDRESS, ADDRESS);
  private static final FunctionDescriptor INT_PTR_BOOL =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_BOOLEAN);
  private static final FunctionDescriptor INT_PTR_INT =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
  private static final FunctionDescriptor INT_PTR_PTR_LONG =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
  private static final FunctionDescriptor BOOL_PTR = FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS);
  private static final FunctionDescriptor INT_PTR_PTR =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);

  private static final FunctionDescriptor INT_PTR_INT_PTR =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

  private static final MethodHandle OBJECT_OPEN_MEM =
      Symbols.libbpf("bpf_object__open_mem", PTR_PTR_LONG_PTR, Symbols.ERRNO);
  private static final MethodHandle OBJECT_LOAD = Symbols.libbpf("bpf_object__load", INT_PTR);
  private static final MethodHandle OBJECT_CLOSE = Symbols.libbpf("bpf_object__close", VOID_PTR);
  private static final MethodHandle OBJECT_NEXT_PROGRAM =
      Symbols.libbpf("bpf_object__next_program", PTR_PTR_PTR);
  private static final MethodHandle OBJECT_NEXT_MAP =
      Symbols.libbpf("bpf_object__next_map", PTR_PTR_PTR);
  private static final MethodHandle PROGRAM_NAME = Symbols.libbpf("bpf_program__name", PTR_PTR);
  private static final MethodHandle PROGRAM_FD = Symbols.libbpf("bpf_program__fd", INT_PTR);
  private static final MethodHandle PROGRAM_SET_AUTOLOAD =
      Symbols.libbpf("bpf_program__set_autoload", INT_PTR_BOOL);
  private static final MethodHandle PROGRAM_SET_LOG_LEVEL =
      Symbols.libbpf("bpf_program__set_log_level", INT_PTR_INT);
  private static final MethodHandle PROGRAM_SET_LOG_BUF =
      Symbols.libbpf("bpf_program__set_log_buf", INT_PTR_PTR_LONG);
  private static final MethodHandle PROGRAM_SET_TYPE =
      Symbols.libbpf("bpf_program__set_type", INT_PTR_INT);
  private static final MethodHandle PROGRAM_SET_EXPECTED_ATTACH_TYPE =
      Symbols.libbpf("bpf_program__set_expected_attach_type", INT_PTR_INT);
  private static final MethodHandle PROGRAM_SET_ATTACH_TARGET =
      Symbols.libbpf("bpf_program__set_attach_target", INT_PTR_INT_PTR);
  private static final MethodHandle PROGRAM_SET_FLAGS =
      Symbols.libbpf("bpf_program__set_flags", INT_PTR_INT);
  private static final MethodHandle MAP_NAME = Symbols.libbpf("bpf_map__name", PTR_PTR);
  private static final MethodHandle MAP_FD = Symbols.libbpf("bpf_map__fd", INT_PTR);
  private static final MethodHandle MAP_TYPE = Symbols.libbpf("bpf_map__type", INT_PTR);
  private static final MethodHandle MAP_KEY_SIZE = Symbols.libbpf("bpf_map__key_size", INT_PTR);
  private static final MethodHandle MAP_VALUE_SIZE = Symbols.libbpf("bpf_map__value_size", INT_PTR);
  private static final MethodHandle MAP_MAX_ENTRIES =
      Symbols.libbpf("bpf_map__max_entries", INT_PTR);
  private static final MethodHandle MAP_MAP_FLAGS = Symbols.libbpf("bpf_map__map_flags", INT_PTR);
  private static final MethodHandle MAP_IS_INTERNAL =
      Symbols.libbpf("bpf_map__is_internal", BOOL_PTR);
  private static final MethodHandle MAP_INITIAL_VALUE =
      Symbols.libbpf("bpf_map__initial_value", PTR_PTR_PTR);
  private static final MethodHandle MAP_SET_MAX_ENTRIES =
      Symbols.libbpf("bpf_map__set_max_entries", INT_PTR_INT);
  private static final MethodHandle MAP_SET_MAP_FLAGS =
      Symbols.libbpf("bpf_map__set_map_flags", INT_PTR_INT);
  private static final MethodHandle MAP_AUTOCREATE =
      Symbols.libbpf("bpf_map__autocreate", FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS));
  private static final MethodHandle MAP_SET_AUTOCREATE =
      Symbols.libbpf("bpf_map__set_autocreate", INT_PTR_BOOL);
  private static final MethodHandle MAP_SET_PIN_PATH =
      Symbols.libbpf("bpf_map__set_pin_path", INT_PTR_PTR);
  private static final MethodHandle MAP_REUSE_FD = Symbols.libbpf("bpf_map__reuse_fd", INT_PTR_INT);

  private ObjectCalls() {}

  static MemorySegment openMem(
      MemorySegment errno, MemorySegment bytes, long size, MemorySegment options) {
    try {
      return (MemorySegment) OBJECT_OPEN_MEM.invokeExact(errno, bytes, size, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int load(MemorySegment object) {
    try {
      return (int) OBJECT_LOAD.invokeExact(object);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static void close(MemorySegment object) {
    try {
      OBJECT_CLOSE.invokeExact(object);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment nextProgram(MemorySegment object, MemorySegment previous) {
    try {
      return (MemorySegment) OBJECT_NEXT_PROGRAM.invokeExact(object, previous);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment nextMap(MemorySegment object, MemorySegment previous) {
    try {
      return (MemorySegment) OBJECT_NEXT_MAP.invokeExact(object, previous);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment programName(MemorySegment program) {
    try {
      return (MemorySegment) PROGRAM_NAME.invokeExact(program);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int programFd(MemorySegment program) {
    try {
      return (int) PROGRAM_FD.invokeExact(program);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setAutoload(MemorySegment program, boolean autoload) {
    try {
      return (int) PROGRAM_SET_AUTOLOAD.invokeExact(program, autoload);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setLogLevel(MemorySegment program, int level) {
    try {
      return (int) PROGRAM_SET_LOG_LEVEL.invokeExact(program, level);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setLogBuffer(MemorySegment program, MemorySegment buffer, long size) {
    try {
      return (int) PROGRAM_SET_LOG_BUF.invokeExact(program, buffer, size);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setType(MemorySegment program, int type) {
    try {
      return (int) PROGRAM_SET_TYPE.invokeExact(program, type);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setExpectedAttachType(MemorySegment program, int type) {
    try {
      return (int) PROGRAM_SET_EXPECTED_ATTACH_TYPE.invokeExact(program, type);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setAttachTarget(MemorySegment program, int target, MemorySegment function) {
    try {
      return (int) PROGRAM_SET_ATTACH_TARGET.invokeExact(program, target, function);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setFlags(MemorySegment program, int flags) {
    try {
      return (int) PROGRAM_SET_FLAGS.invokeExact(program, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment mapName(MemorySegment map) {
    try {
      return (MemorySegment) MAP_NAME.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int mapFd(MemorySegment map) {
    try {
      return (int) MAP_FD.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int mapType(MemorySegment map) {
    try {
      return (int) MAP_TYPE.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int keySize(MemorySegment map) {
    try {
      return (int) MAP_KEY_SIZE.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int valueSize(MemorySegment map) {
    try {
      return (int) MAP_VALUE_SIZE.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int maxEntries(MemorySegment map) {
    try {
      return (int) MAP_MAX_ENTRIES.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int mapFlags(MemorySegment map) {
    try {
      return (int) MAP_MAP_FLAGS.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static boolean isInternal(MemorySegment map) {
    try {
      return (boolean) MAP_IS_INTERNAL.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment initialValue(MemorySegment map, MemorySegment size) {
    try {
      return (MemorySegment) MAP_INITIAL_VALUE.invokeExact(map, size);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setMaxEntries(MemorySegment map, int entries) {
    try {
      return (int) MAP_SET_MAX_ENTRIES.invokeExact(map, entries);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setPinPath(MemorySegment map, MemorySegment path) {
    try {
      return (int) MAP_SET_PIN_PATH.invokeExact(map, path);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int reuseFd(MemorySegment map, int fd) {
    try {
      return (int) MAP_REUSE_FD.invokeExact(map, fd);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setMapFlags(MemorySegment map, int flags) {
    try {
      return (int) MAP_SET_MAP_FLAGS.invokeExact(map, flags);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static boolean autocreate(MemorySegment map) {
    try {
      return (boolean) MAP_AUTOCREATE.invokeExact(map);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int setAutocreate(MemorySegment map, boolean made) {
    try {
      return (int) MAP_SET_AUTOCREATE.invokeExact(map, made);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }
}
