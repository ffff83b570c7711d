package dev.skep.node.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of libbpf that need no object, most of them from libbpf/bpf.h, each one call. */
final class LibbpfCalls {
  private static final FunctionDescriptor PTR_PTR = FunctionDescriptor.of(ADDRESS, ADDRESS);
  private static final FunctionDescriptor PTR = FunctionDescriptor.of(ADDRESS);
  private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);
  private static final FunctionDescriptor INT_PTR_INT =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
  private static final FunctionDescriptor INT_INT_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_PTR = FunctionDescriptor.of(JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_INT_PTR_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final FunctionDescriptor INT_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor INT_INT_PTR_PTR_PTR_LONG_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final FunctionDescriptor INT_INT_INT_INT_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_INT_INT_PTR =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final FunctionDescriptor INT_INT_PTR_PTR_PTR_PTR_PTR_PTR =
      FunctionDescriptor.of(
          JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

  private static final MethodHandle SET_PRINT = Symbols.libbpf("libbpf_set_print", PTR_PTR);
  private static final MethodHandle VERSION_STRING = Symbols.libbpf("libbpf_version_string", PTR);
  private static final MethodHandle NUM_POSSIBLE_CPUS =
      Symbols.libbpf("libbpf_num_possible_cpus", INT);
  private static final MethodHandle FIND_VMLINUX_BTF_ID =
      Symbols.libbpf("libbpf_find_vmlinux_btf_id", INT_PTR_INT);
  private static final MethodHandle PROBE_BPF_MAP_TYPE =
      Symbols.libbpf("libbpf_probe_bpf_map_type", INT_INT_PTR, Symbols.ERRNO);
  private static final MethodHandle PROBE_BPF_HELPER =
      Symbols.libbpf("libbpf_probe_bpf_helper", INT_INT_INT_PTR);
  private static final MethodHandle OBJ_GET = Symbols.libbpf("bpf_obj_get", INT_PTR);
  private static final MethodHandle OBJ_PIN = Symbols.libbpf("bpf_obj_pin", INT_INT_PTR);
  private static final MethodHandle OBJ_GET_INFO_BY_FD =
      Symbols.libbpf("bpf_obj_get_info_by_fd", INT_INT_PTR_PTR);
  private static final MethodHandle PROG_GET_FD_BY_ID =
      Symbols.libbpf("bpf_prog_get_fd_by_id", INT_INT);
  private static final MethodHandle PROG_LOAD =
      Symbols.libbpf("bpf_prog_load", INT_INT_PTR_PTR_PTR_LONG_PTR);
  private static final MethodHandle LINK_CREATE =
      Symbols.libbpf("bpf_link_create", INT_INT_INT_INT_PTR);
  private static final MethodHandle LINK_UPDATE =
      Symbols.libbpf("bpf_link_update", INT_INT_INT_PTR);
  private static final MethodHandle LINK_DETACH = Symbols.libbpf("bpf_link_detach", INT_INT);
  private static final MethodHandle RAW_TRACEPOINT_OPEN =
      Symbols.libbpf("bpf_raw_tracepoint_open", INT_PTR_INT);
  private static final MethodHandle XDP_QUERY = Symbols.libbpf("bpf_xdp_query", INT_INT_INT_PTR);
  private static final MethodHandle ENABLE_STATS = Symbols.libbpf("bpf_enable_stats", INT_INT);
  private static final MethodHandle MAP_LOOKUP_ELEM =
      Symbols.libbpf("bpf_map_lookup_elem", INT_INT_PTR_PTR);
  private static final MethodHandle MAP_GET_NEXT_KEY =
      Symbols.libbpf("bpf_map_get_next_key", INT_INT_PTR_PTR);
  private static final MethodHandle MAP_LOOKUP_BATCH =
      Symbols.libbpf("bpf_map_lookup_batch", INT_INT_PTR_PTR_PTR_PTR_PTR_PTR);

  private LibbpfCalls() {}

  static MemorySegment setPrint(MemorySegment callback) {
    try {
      return (MemorySegment) SET_PRINT.invokeExact(callback);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static MemorySegment version() {
    try {
      return (MemorySegment) VERSION_STRING.invokeExact();
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int possibleCpus() {
    try {
      return (int) NUM_POSSIBLE_CPUS.invokeExact();
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int findKernelBtfId(MemorySegment name, int attachType) {
    try {
      return (int) FIND_VMLINUX_BTF_ID.invokeExact(name, attachType);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int probeHelper(int programType, int helper, MemorySegment options) {
    try {
      return (int) PROBE_BPF_HELPER.invokeExact(programType, helper, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int probeMapType(MemorySegment errno, int type, MemorySegment options) {
    try {
      return (int) PROBE_BPF_MAP_TYPE.invokeExact(errno, type, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int objGet(MemorySegment path) {
    try {
      return (int) OBJ_GET.invokeExact(path);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int objPin(int fd, MemorySegment path) {
    try {
      return (int) OBJ_PIN.invokeExact(fd, path);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int getInfo(int fd, MemorySegment info, MemorySegment size) {
    try {
      return (int) OBJ_GET_INFO_BY_FD.invokeExact(fd, info, size);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int programFdById(int id) {
    try {
      return (int) PROG_GET_FD_BY_ID.invokeExact(id);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int programLoad(
      int type,
      MemorySegment name,
      MemorySegment licence,
      MemorySegment instructions,
      long count,
      MemorySegment options) {
    try {
      return (int) PROG_LOAD.invokeExact(type, name, licence, instructions, count, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int linkCreate(int program, int target, int attachType, MemorySegment options) {
    try {
      return (int) LINK_CREATE.invokeExact(program, target, attachType, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int linkUpdate(int link, int program, MemorySegment options) {
    try {
      return (int) LINK_UPDATE.invokeExact(link, program, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int linkDetach(int link) {
    try {
      return (int) LINK_DETACH.invokeExact(link);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int rawTracepointOpen(MemorySegment name, int program) {
    try {
      return (int) RAW_TRACEPOINT_OPEN.invokeExact(name, program);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int xdpQuery(int ifindex, int flags, MemorySegment options) {
    try {
      return (int) XDP_QUERY.invokeExact(ifindex, flags, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int enableStats(int type) {
    try {
      return (int) ENABLE_STATS.invokeExact(type);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int lookup(int map, MemorySegment key, MemorySegment value) {
    try {
      return (int) MAP_LOOKUP_ELEM.invokeExact(map, key, value);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int nextKey(int map, MemorySegment key, MemorySegment next) {
    try {
      return (int) MAP_GET_NEXT_KEY.invokeExact(map, key, next);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }

  static int lookupBatch(
      int map,
      MemorySegment in,
      MemorySegment out,
      MemorySegment keys,
      MemorySegment values,
      MemorySegment count,
      MemorySegment options) {
    try {
      return (int) MAP_LOOKUP_BATCH.invokeExact(map, in, out, keys, values, count, options);
    } catch (Throwable e) {
      throw Symbols.rethrow(e);
    }
  }
}
