package dev.skep.node.suite;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Set;

/**
 * Lets the thread that says so, and those it starts, have no more than some capabilities: as root
 * in a container has. Commands that they run have all of the machine's again, for that is what root
 * gets by exec as long as the bounding set is whole: so a test's fixtures work as ever, and only
 * what the daemon does itself lacks something.
 */
@SuppressWarnings("restricted") // capset(2) has no other way from Java.
final class GivenCapabilities {
  /** In the order of their numbers in linux/capability.h, those that eBPF may ask for. */
  private static final List<String> NAMES =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "LINUX_IMMUTABLE",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "IPC_OWNER",
          "SYS_MODULE",
          "SYS_RAWIO",
          "SYS_CHROOT",
          "SYS_PTRACE",
          "SYS_PACCT",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_NICE",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "MKNOD",
          "LEASE",
          "AUDIT_WRITE",
          "AUDIT_CONTROL",
          "SETFCAP",
          "MAC_OVERRIDE",
          "MAC_ADMIN",
          "SYSLOG",
          "WAKE_ALARM",
          "BLOCK_SUSPEND",
          "AUDIT_READ",
          "PERFMON",
          "BPF",
          "CHECKPOINT_RESTORE");

  private static final int VERSION_3 = 0x20080522;

  private static volatile boolean limited;

  private GivenCapabilities() {}

  /** Whether any were dropped. */
  static boolean areLimited() {
    return limited;
  }

  /** Keeps these, by their names without CAP_, and drops all others for good. */
  static void keep(Set<String> names) {
    limited = true;
    long set = 0;
    for (String name : names) {
      int number = NAMES.indexOf(name);
      if (number < 0) {
        throw new IllegalArgumentException("no capability is called " + name);
      }
      set |= 1L << number;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocateFrom(ValueLayout.JAVA_INT, VERSION_3, 0);
      // Effective, permitted, inheritable: the lower 32 of each, then the upper ones.
      MemorySegment data =
          arena.allocateFrom(
              ValueLayout.JAVA_INT,
              (int) set,
              (int) set,
              0,
              (int) (set >>> 32),
              (int) (set >>> 32),
              0);
      Linker linker = Linker.nativeLinker();
      MethodHandle capset =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("capset"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
      int result = (int) capset.invokeExact(header, data);
      if (result != 0) {
        throw new IllegalStateException("this process has not all of " + names + " to keep");
      }
    } catch (Throwable e) {
      throw new IllegalStateException("capabilities were not dropped", e);
    }
  }
}
