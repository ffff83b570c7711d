package dev.skep.node.dispatch;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.PinFolders;
import dev.skep.node.libbpf.Xdp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Interfaces where a dispatcher of libxdp's stands (xdp-loader, xdp-filter, xdpdump, Suricata):
 * ours join it by its protocol (xdp-tools, lib/libxdp/protocol.org), and leave it so.
 */
final class LibxdpInterfaces {
  /** How the name begins of an attachment in a dispatcher of libxdp's; the ifindex follows. */
  static final String NAME = "libxdp ";

  static final Path FOLDER = Path.of("/sys/fs/bpf/xdp");

  /** How often a change is begun anew that another process was faster than; as libxdp does. */
  private static final int ATTEMPTS = 10;

  private final Path folder;
  private final Libbpf libbpf;
  private final Libc libc;
  private final PinFolders folders;
  private final Xdp xdp;
  private final Dispatchers dispatchers;

  LibxdpInterfaces(Path folder, Libbpf libbpf, Libc libc, Xdp xdp, Dispatchers dispatchers) {
    this.folder = folder;
    this.libbpf = libbpf;
    this.libc = libc;
    this.folders = new PinFolders(libbpf, libc);
    this.xdp = xdp;
    this.dispatchers = dispatchers;
  }

  int ifindex(String attachment) {
    return Integer.parseInt(attachment.substring(NAME.length()));
  }

  private Path pins(int ifindex, int dispatcher) {
    return folder.resolve("dispatch-" + ifindex + "-" + dispatcher);
  }

  private static String program(int slot) {
    return "prog" + slot + "-prog";
  }

  private static String link(int slot) {
    return "prog" + slot + "-link";
  }

  /** Whether what an interface runs is a dispatcher of libxdp's. */
  boolean stands(int ifindex, Xdp.OnInterface now) {
    return Files.isDirectory(pins(ifindex, now.programId()));
  }

  /** How one of ours stands in the dispatcher; empty when it does not any more. */
  Optional<XdpInterfaces.Standing> standing(int ifindex, Fd extension) {
    int id = libbpf.programInfo(extension).id();
    Optional<Xdp.OnInterface> now = xdp.query(ifindex);
    if (now.isEmpty() || !stands(ifindex, now.get())) {
      return Optional.empty();
    }
    Path pins = pins(ifindex, now.get().programId());
    for (int slot = 0; slot < DispatcherConfig.SLOTS; slot++) {
      if (!Files.exists(pins.resolve(link(slot)))) {
        break;
      }
      try (Fd fd = libbpf.open(pins.resolve(link(slot)).toString())) {
        var info = libbpf.linkInfo(fd);
        if (info.programId() == id) {
          return Optional.of(new XdpInterfaces.Standing(info.id(), ifindex));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Puts one of ours into the dispatcher, or another in its place, or takes it out.
   *
   * @param leaving closed here
   */
  void change(int ifindex, Optional<Fd> leaving, Optional<Fd> joining, Member member) {
    try {
      for (int attempt = 1; !tryChange(ifindex, leaving, joining, member); attempt++) {
        if (attempt == ATTEMPTS) {
          throw new Refusal(
              Reason.InterfaceBusy,
              "libxdp's dispatcher was changed by others each time before this change was ready");
        }
        pause(attempt);
      }
    } finally {
      leaving.ifPresent(Fd::close);
    }
  }

  private boolean tryChange(
      int ifindex, Optional<Fd> leaving, Optional<Fd> joining, Member member) {
    Optional<Xdp.OnInterface> now = xdp.query(ifindex);
    if (now.isEmpty() || !stands(ifindex, now.get())) {
      // Whoever took the dispatcher away took ours along.
      if (joining.isEmpty()) {
        return true;
      }
      throw new Refusal(Reason.AttachFailed, "libxdp's dispatcher was gone when it was joined");
    }
    try (Fd _ = lock();
        Fd old = libbpf.programById(now.get().programId());
        LibxdpSlots slots = read(ifindex, now.get(), old)) {
      leaving.ifPresent(fd -> slots.remove(libbpf.programInfo(fd).id()));
      joining.ifPresent(fd -> slots.add(fd, member, libbpf.programInfo(fd)));
      return swap(ifindex, now.get(), old, slots);
    }
  }

  private LibxdpSlots read(int ifindex, Xdp.OnInterface now, Fd dispatcher) {
    DispatcherConfig config =
        xdp.constants(dispatcher)
            .flatMap(DispatcherConfig::decode)
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.InterfaceBusy,
                        "the interface runs a dispatcher of libxdp's of a version that Skep does"
                            + " not know"));
    Path pins = pins(ifindex, now.programId());
    LibxdpSlots slots = new LibxdpSlots(config.version());
    try {
      for (int i = 0; i < config.slots().size(); i++) {
        Fd fd = slots.keep(libbpf.open(pins.resolve(program(i)).toString()));
        slots.add(fd, config.slots().get(i), libbpf.programInfo(fd));
      }
      return slots;
    } catch (RuntimeException e) {
      slots.close();
      throw e;
    }
  }

  /** False when the interface was given another dispatcher meanwhile. */
  private boolean swap(int ifindex, Xdp.OnInterface now, Fd old, LibxdpSlots slots) {
    if (slots.programs().isEmpty()) {
      return unlessChanged(() -> xdp.detach(ifindex, now.mode(), old))
          && removed(pins(ifindex, now.programId()));
    }
    try (Dispatchers.Filled made = dispatchers.fill(slots.config(), slots.programs())) {
      Path pins = pins(ifindex, made.id());
      try {
        pin(pins, slots, made);
        if (!unlessChanged(() -> xdp.replace(ifindex, now.mode(), old, made.program()))) {
          folders.remove(pins);
          return false;
        }
      } catch (RuntimeException e) {
        folders.remove(pins);
        throw e;
      }
      xdp.awaitReaders();
      return removed(pins(ifindex, now.programId()));
    }
  }

  private static boolean unlessChanged(Runnable change) {
    try {
      change.run();
      return true;
    } catch (NativeError e) {
      if (e.errno() == Errno.EEXIST) {
        return false;
      }
      throw e;
    }
  }

  private void pin(Path pins, LibxdpSlots slots, Dispatchers.Filled made) {
    folders.remove(pins);
    folders.make(pins);
    for (int i = 0; i < made.slots().size(); i++) {
      libbpf.pin(slots.programs().get(i).number(), pins.resolve(program(i)).toString());
      libbpf.pin(made.slots().get(i).number(), pins.resolve(link(i)).toString());
    }
  }

  private boolean removed(Path pins) {
    folders.remove(pins);
    return true;
  }

  /** libxdp's own lock, on the folder of its pins; closing it lets it go. */
  private Fd lock() {
    Fd fd = libc.open(folder.toString());
    try {
      for (int attempt = 1; !xdp.tryLock(fd); attempt++) {
        if (attempt == ATTEMPTS) {
          throw new Refusal(
              Reason.InterfaceBusy, "another process holds libxdp's lock on " + folder);
        }
        pause(attempt);
      }
      return fd;
    } catch (RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  /** 2, 4, 8 … ms, a second in all. */
  private static void pause(int attempt) {
    try {
      Thread.sleep(1L << attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(Reason.AttachFailed, "interrupted", e);
    }
  }
}
