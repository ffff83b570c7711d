package dev.skep.node.dispatch;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.BpfObject;
import dev.skep.node.libbpf.BpfObject.Program;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.Xdp;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The dispatcher (src/main/bpf/xdp_dispatcher.h), loaded as a configuration says. */
final class DispatcherObject {
  private static final String MAIN = "xdp_dispatcher";
  private static final Capability[] NEEDED = {
    Capability.BPF,
    Capability.PERFMON,
    Capability.NET_ADMIN,
    // To find the BTF of the program whose function it is, by its id.
    Capability.SYS_ADMIN
  };

  /** By version of the configuration; the bytes are read once. */
  private final Map<Integer, byte[]> objects = new ConcurrentHashMap<>();

  private final Libbpf libbpf;
  private Fd template;
  private Optional<Failure> lacking;

  DispatcherObject(Libbpf libbpf) {
    this.libbpf = libbpf;
  }

  static String slot(int number) {
    return "prog" + number;
  }

  private byte[] bytes(int version) {
    return objects.computeIfAbsent(version, DispatcherObject::read);
  }

  private static byte[] read(int version) {
    String name = version == DispatcherConfig.NEWEST ? MAIN : MAIN + "_v" + version;
    try (InputStream in = DispatcherObject.class.getResourceAsStream(name + ".bpf.o")) {
      if (in == null) {
        throw new Refusal(Reason.InternalError, name + ".bpf.o is not in this build of the daemon");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BpfObject open(DispatcherConfig config) {
    BpfObject object = libbpf.open(bytes(config.version()), MAIN);
    object.maps().stream()
        .filter(map -> map.name().equals(".rodata"))
        .forEach(map -> map.write(0, config.encode()));
    return object;
  }

  private static Program main(BpfObject object) {
    return object.programs().stream()
        .filter(program -> program.name().equals(MAIN))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the dispatcher has no " + MAIN));
  }

  /** A new dispatcher whose slots are empty; the caller closes it. */
  Fd load(DispatcherConfig config) {
    try (BpfObject object = open(config)) {
      if (config.frags()) {
        main(object).setFlags(Xdp.HAS_FRAGS);
      }
      object.load();
      return main(object).duplicate();
    }
  }

  /**
   * A dispatcher to load members for: what was loaded for a slot of one may be put into a slot of
   * any other.
   */
  synchronized Fd template() {
    if (template == null) {
      var slot = new DispatcherConfig.Slot(0, 0, false);
      template = load(new DispatcherConfig(DispatcherConfig.NEWEST, List.of(slot)));
    }
    return template;
  }

  /**
   * Why this kernel puts no program in the place of another's function, if so: Incompatible where
   * the daemon may not, else InterfaceBusy. What it says once holds for good.
   */
  synchronized Optional<Failure> lacking() {
    if (lacking == null) {
      try {
        lacking = tryIt();
      } catch (NativeError passing) {
        return Optional.of(
            Failure.of(
                Reason.InterfaceBusy,
                "the dispatcher cannot be loaded now: " + passing.getMessage()));
      }
    }
    return lacking;
  }

  /**
   * The dispatcher itself has what a member needs: BTF, and a packet for its only argument.
   *
   * @throws NativeError where the node has no room now, which says nothing of the kernel
   */
  private Optional<Failure> tryIt() {
    try (BpfObject member = open(new DispatcherConfig(DispatcherConfig.NEWEST, List.of()))) {
      main(member).setReplacement(template(), slot(0));
      member.load();
      return Optional.empty();
    } catch (Refusal missing) {
      return Optional.of(missing.failure());
    } catch (NativeError e) {
      if (Errno.mayPass(e.errno())) {
        throw e;
      }
      return Optional.of(refused(e.errno(), Capabilities.own()));
    }
  }

  static Failure refused(int errno, Capabilities given) {
    String name = " (" + Errno.name(errno) + ")";
    if (errno != Errno.EPERM && errno != Errno.EACCES) {
      String kernel = "this kernel (" + System.getProperty("os.version") + ")";
      return Failure.of(Reason.InterfaceBusy, kernel + " has no freplace programs" + name);
    }
    return given
        .refusal("to put one in the place of another's function", NEEDED)
        .orElseGet(
            () ->
                Failure.of(Reason.InterfaceBusy, "the platform refuses freplace programs" + name));
  }

  synchronized void close() {
    if (template != null) {
      template.close();
    }
  }
}
