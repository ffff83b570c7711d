package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.artifact.inspect.HelperNames;
import dev.skep.artifact.inspect.MapType;
import dev.skep.node.hook.HookSupport;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Cgroups;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * What this kernel can do, found out by trying, each thing once. All of it is tried beside whatever
 * else the start does; who asks for one thing before waits for that alone.
 */
final class KernelProbe {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int ATTEMPTS = 600;

  private final Libbpf libbpf;
  private final Cgroups cgroups;
  private final KernelBtf btf = new KernelBtf();
  private final List<String> lsms = Machine.lsms();
  private final HookSupport support;
  private final Map<String, Optional<String>> kinds = new ConcurrentHashMap<>();
  private final Map<String, Boolean> maps = new ConcurrentHashMap<>();
  private final Map<String, Boolean> helpers = new ConcurrentHashMap<>();
  private CompletableFuture<KernelFacts> facts;

  KernelProbe(Libbpf libbpf, Cgroups cgroups) {
    this.libbpf = libbpf;
    this.cgroups = cgroups;
    this.support =
        new HookSupport(
            libbpf,
            cgroups,
            name -> btf.id(name, HookSupport.btfNames()),
            lsms,
            Capabilities.own());
  }

  /** Begins to look, beside the caller; else the first question does. */
  synchronized CompletableFuture<KernelFacts> start() {
    if (facts == null) {
      Executor beside = task -> Thread.ofPlatform().daemon().name("kernel-probe").start(task);
      facts = CompletableFuture.supplyAsync(this::probe, beside);
    }
    return facts;
  }

  /** Waits for the probe to end: some tens of milliseconds after its start. */
  KernelFacts facts() {
    return start().join();
  }

  KernelBtf btf() {
    return btf;
  }

  /**
   * Why programs of a kind (ProgramType.kind) cannot be attached on this kernel, if so. Where there
   * is no room to try now nothing is known to lack, nor remembered: the load tells.
   */
  Optional<String> lacking(String kind) {
    try {
      return asked(kind);
    } catch (NativeError | UncheckedIOException passing) {
      return Optional.empty();
    }
  }

  private Optional<String> asked(String kind) {
    return kinds.computeIfAbsent(kind, support::check);
  }

  /**
   * Whether the kernel has maps of a type, by its name; of one that is not known, or cannot be
   * tried now, yes.
   */
  boolean makesMaps(String type) {
    try {
      return made(type);
    } catch (NativeError passing) {
      return true;
    }
  }

  private boolean made(String type) {
    int number = MapType.number(type);
    return number < 0 || maps.computeIfAbsent(type, t -> libbpf.makesMaps(number));
  }

  /** Whether programs of a kind may certainly not call a helper. */
  boolean lacksHelper(String kind, String helper) {
    int type = HookSupport.programType(kind);
    int number = HelperNames.number(helper);
    if (type == 0 || number < 0) {
      return false;
    }
    return helpers.computeIfAbsent(type + " " + helper, k -> lacksHelper(type, number, helper));
  }

  /** Where the kernel cannot be asked, its own list of helpers tells, if not for which type. */
  private boolean lacksHelper(int type, int number, String helper) {
    return libbpf
        .knowsHelper(type, number)
        .map(known -> !known)
        .orElseGet(
            () ->
                !btf.missing(List.of("bpf_func_id:BPF_FUNC_" + helper.substring("bpf_".length())))
                    .isEmpty());
  }

  /** What is said of the kernel for good is said when there was room to try all of it. */
  private KernelFacts probe() {
    for (int attempt = 1; ; attempt++) {
      try {
        return attempt();
      } catch (NativeError | UncheckedIOException passing) {
        if (attempt == ATTEMPTS) {
          throw passing;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private KernelFacts attempt() {
    Map<String, Optional<String>> causes = new LinkedHashMap<>();
    HookSupport.kinds().forEach(kind -> causes.put(kind, asked(kind)));
    return new KernelFacts(
        System.getProperty("os.version"),
        Machine.architecture(),
        btf.isThere(),
        cgroups.mount().map(Path::toString).orElse(null),
        Machine.jit(),
        lsms,
        usable(causes),
        IntStream.range(1, MapType.count()).mapToObj(MapType::name).filter(this::made).toList(),
        usable(HookSupport.hooks(causes)));
  }

  private static List<String> usable(Map<String, Optional<String>> causes) {
    return causes.entrySet().stream()
        .filter(e -> e.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }
}
