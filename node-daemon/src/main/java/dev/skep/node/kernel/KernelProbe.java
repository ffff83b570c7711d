package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.artifact.inspect.MapType;
import dev.skep.node.hook.HookSupport;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.target.Cgroups;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What this kernel can do, found out by trying, once, beside whatever else the start does. */
final class KernelProbe {
  record Found(KernelFacts facts, Map<String, String> lacking) {}

  private final Libbpf libbpf;
  private final Cgroups cgroups;
  private CompletableFuture<Found> found;

  KernelProbe(Libbpf libbpf, Cgroups cgroups) {
    this.libbpf = libbpf;
    this.cgroups = cgroups;
  }

  /** Begins to look, beside the caller; else the first question does. */
  synchronized CompletableFuture<Found> start() {
    if (found == null) {
      Executor beside = task -> Thread.ofPlatform().daemon().name("kernel-probe").start(task);
      found = CompletableFuture.supplyAsync(this::probe, beside);
    }
    return found;
  }

  /** Waits for the probe to end: some tens of milliseconds after its start. */
  KernelFacts facts() {
    return start().join().facts();
  }

  /** Why programs of a kind (ProgramType.kind) cannot be attached on this kernel, if so. */
  Optional<String> lacking(String kind) {
    return Optional.ofNullable(start().join().lacking().get(kind));
  }

  private Found probe() {
    KernelBtf btf = KernelBtf.ofThisKernel();
    Map<String, Integer> ids = btf.ids(HookSupport.btfNames());
    List<String> lsms = Machine.lsms();
    Map<String, Optional<String>> kinds =
        new HookSupport(libbpf, cgroups, name -> ids.getOrDefault(name, 0), lsms).check();
    Map<String, String> lacking = new TreeMap<>();
    kinds.forEach((kind, cause) -> cause.ifPresent(c -> lacking.put(kind, c)));
    List<String> mapTypes = new ArrayList<>();
    for (int type = 1; type < MapType.count(); type++) {
      if (libbpf.makesMaps(type)) {
        mapTypes.add(MapType.name(type));
      }
    }
    KernelFacts facts =
        new KernelFacts(
            System.getProperty("os.version"),
            Machine.architecture(),
            btf.isThere(),
            cgroups.mount().map(Path::toString).orElse(null),
            Machine.jit(),
            lsms,
            usable(kinds),
            mapTypes,
            usable(HookSupport.hooks(kinds)));
    return new Found(facts, lacking);
  }

  private static List<String> usable(Map<String, Optional<String>> causes) {
    return causes.entrySet().stream()
        .filter(e -> e.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }
}
