package dev.skep.node.hook;

import dev.skep.artifact.inspect.ProgramType;
import dev.skep.artifact.inspect.Since;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.Libc.PerfEventAttributes;
import dev.skep.node.libbpf.Links;
import dev.skep.node.libbpf.Links.UserPlace;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.ProbeProgram;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.EventSource;
import dev.skep.node.target.KernelRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Which kinds of programs this kernel takes, by loading one of two instructions of each: a program
 * type alone says little, since tracing can be refused for functions and granted for tracepoints.
 * Where an attach type is younger than its program type only a link tells: one to a target that
 * cannot be there is tried.
 */
public final class HookSupport {
  private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");
  private static final int STRUCT_OPS_MAP = 26;
  private static final int NO_INTERFACE = Integer.MAX_VALUE;
  private static final List<String> NO_FUNCTION = List.of("skep_no_such_function");
  private static final String NO_FILE = "/";
  private static final int ANY_PROCESS = -1;

  /** PERF_COUNT_SW_DUMMY. */
  private static final PerfEventAttributes NO_EVENT =
      new PerfEventAttributes(PerfEventAttributes.PERF_TYPE_SOFTWARE, 9, 0, false, null, 0);

  private static final List<UserPlace> NO_PLACE = List.of(new UserPlace(0, 0, 0));

  private final Libbpf libbpf;
  private final Cgroups cgroups;
  private final ToIntFunction<String> btfIds;
  private final List<String> lsms;
  private final Capabilities capabilities;

  /**
   * @param btfIds the id of a function or type in the kernel's BTF, 0 when it has none
   * @param lsms security modules that are active; none when that is not known
   * @param capabilities what this process was given, where the kernel says no
   */
  public HookSupport(
      Libbpf libbpf,
      Cgroups cgroups,
      ToIntFunction<String> btfIds,
      List<String> lsms,
      Capabilities capabilities) {
    this.libbpf = libbpf;
    this.cgroups = cgroups;
    this.btfIds = btfIds;
    this.lsms = lsms;
    this.capabilities = capabilities;
  }

  /** The names that are looked up in the kernel's BTF. */
  public static List<String> btfNames() {
    return KernelKind.ALL.stream().map(KernelKind::target).filter(t -> !t.isEmpty()).toList();
  }

  /** The kernel's number for the program type of a kind; 0 for a kind that is not known. */
  public static int programType(String kind) {
    return KernelKind.ALL.stream()
        .filter(k -> k.name().equals(kind))
        .mapToInt(KernelKind::type)
        .findFirst()
        .orElse(0);
  }

  /** Every kind of programs that a hook takes. */
  public static List<String> kinds() {
    return KernelKind.ALL.stream().map(KernelKind::name).toList();
  }

  /**
   * Why programs of a kind cannot be used, in words; empty when they can, or are not known here.
   *
   * @throws NativeError where the node has no room to try now, which says nothing of the kernel
   */
  public Optional<String> check(String kind) {
    return KernelKind.ALL.stream()
        .filter(k -> k.name().equals(kind))
        .findFirst()
        .flatMap(this::check);
  }

  /**
   * Of each hook, by its field's name in Attach, what {@link #check} says: that of the first kind
   * where none of its kinds can be used.
   */
  public static Map<String, Optional<String>> hooks(Map<String, Optional<String>> kinds) {
    Map<String, Optional<String>> hooks = new LinkedHashMap<>();
    kinds.forEach(
        (kind, cause) ->
            hooks.merge(
                ProgramType.ofSection(kind).hookName(),
                cause,
                (first, next) -> next.isEmpty() ? next : first));
    return hooks;
  }

  private Optional<String> check(KernelKind kind) {
    return outside(kind)
        .or(
            () ->
                kind.type() == KernelKind.STRUCT_OPS
                    ? made(libbpf.makesMaps(STRUCT_OPS_MAP), kind)
                    : loaded(kind));
  }

  /** What must be there besides the program type. */
  private Optional<String> outside(KernelKind kind) {
    return switch (ProgramType.ofSection(kind.name())) {
      case kprobe, kretprobe -> source("kprobe", KprobeHook.NOT_BUILT);
      case uprobe, uretprobe, usdt -> source("uprobe", UprobeHook.NOT_BUILT);
      case cgroup_skb,
          cgroup_sock,
          cgroup_sock_addr,
          cgroup_sockopt,
          cgroup_sysctl,
          cgroup_device,
          sock_ops,
          lsm_cgroup ->
          cgroups.mount().isPresent()
              ? Optional.empty()
              : Optional.of("no cgroup2 hierarchy is mounted");
      case lsm ->
          lsms.isEmpty() || lsms.contains("bpf")
              ? Optional.empty()
              : Optional.of(
                  "bpf is not among the active security modules (%s): boot with lsm=…,bpf"
                      .formatted(String.join(",", lsms)));
      default -> Optional.empty();
    };
  }

  private static Optional<String> source(String name, String without) {
    return EventSource.find(name).isPresent() ? Optional.empty() : Optional.of(without);
  }

  private Optional<String> loaded(KernelKind kind) {
    int id = kind.target().isEmpty() ? 0 : btfIds.applyAsInt(kind.target());
    if (id == 0 && !kind.target().isEmpty()) {
      return Optional.of(
          Files.isReadable(VMLINUX)
              ? "this kernel%s has no BTF of %s".formatted(release(), kind.target())
              : "this kernel%s has no BTF (CONFIG_DEBUG_INFO_BTF), by which it finds its target"
                  .formatted(release()));
    }
    ProbeProgram program =
        new ProbeProgram(kind.type(), kind.attachType(), id, kind.flags(), kind.answer());
    try (Fd loaded = libbpf.loadProbe(program)) {
      return linked(loaded, kind);
    } catch (NativeError e) {
      passesBy(e);
      return Optional.of(cause(kind, e.errno(), NeededCapabilities::toLoad));
    }
  }

  private Optional<String> linked(Fd program, KernelKind kind) {
    int type = kind.attachType();
    return switch (ProgramType.ofSection(kind.name())) {
      case kprobe_multi, kretprobe_multi, kprobe_session ->
          expect(
              Errno.ESRCH,
              () -> Links.get().kernelFunctions(program, type, false, NO_FUNCTION, 0),
              kind);
      case uprobe_multi, uretprobe_multi, uprobe_session ->
          expect(
              Errno.EBADF,
              () -> Links.get().userPlaces(program, type, false, NO_FILE, NO_PLACE),
              kind);
      case netkit ->
          expect(Errno.ENODEV, () -> libbpf.createLink(program, NO_INTERFACE, type, 0), kind);
      // Whoever may load one may not attach it for that.
      case cgroup_skb -> expect(Errno.EBADF, () -> libbpf.createLink(program, -1, type, 0), kind);
      case uprobe, uretprobe -> expect(Errno.EINVAL, this::uprobe, kind);
      case tracepoint, kprobe, kretprobe, perf_event -> expect(0, this::perfEvent, kind);
      default -> Optional.empty();
    };
  }

  /** One that counts nothing. */
  private Fd perfEvent() {
    return Libc.get().perfEvent(NO_EVENT, ANY_PROCESS, 0);
  }

  /** A probe in what is no file. */
  private Fd uprobe() {
    int source = EventSource.find("uprobe").map(EventSource::type).orElseThrow();
    return Libc.get()
        .perfEvent(new PerfEventAttributes(source, 0, 0, false, NO_FILE, 0), ANY_PROCESS, 0);
  }

  /** Tries a link to what is not there: a kernel that has such links says so, another says no. */
  private Optional<String> expect(int expected, Supplier<Fd> link, KernelKind kind) {
    try (Fd _ = link.get()) {
      return Optional.empty();
    } catch (NativeError e) {
      passesBy(e);
      return e.errno() == expected
          ? Optional.empty()
          : Optional.of(cause(kind, e.errno(), NeededCapabilities::toAttach));
    }
  }

  private static void passesBy(NativeError e) {
    if (Errno.mayPass(e.errno())) {
      throw e;
    }
  }

  /** A map that is not made says not why. */
  private Optional<String> made(boolean made, KernelKind kind) {
    return made
        ? Optional.empty()
        : notGiven(kind, NeededCapabilities::toLoad)
            .or(() -> Optional.of(absent(kind, Errno.EINVAL)));
  }

  private String cause(KernelKind kind, int errno, Function<ProgramType, Set<Capability>> needed) {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          notGiven(kind, needed)
              .orElseGet(
                  () ->
                      "the platform refuses it (%s) on this kernel%s"
                          .formatted(Errno.name(errno), release()));
      default -> absent(kind, errno);
    };
  }

  private Optional<String> notGiven(
      KernelKind kind, Function<ProgramType, Set<Capability>> needed) {
    ProgramType type = ProgramType.ofSection(kind.name());
    return capabilities
        .missing(needed.apply(type))
        .map(words -> "it " + words + NeededCapabilities.orElse(type));
  }

  private static String absent(KernelKind kind, int errno) {
    return "this kernel%s does not have it (%s)%s"
        .formatted(release(), Errno.name(errno), since(kind.name()));
  }

  /** Which kernel would have it. */
  private static String since(String kind) {
    return Since.kind(kind)
        .map(
            version ->
                KernelRelease.current().isBefore(version)
                    ? "; Linux " + version + " can have it"
                    : ": it is built without")
        .orElse("");
  }

  private static String release() {
    return " (" + System.getProperty("os.version") + ")";
  }
}
