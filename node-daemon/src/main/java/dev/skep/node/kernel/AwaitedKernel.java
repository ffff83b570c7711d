package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import dev.skep.node.target.Cgroups;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A kernel that may not be ready to run programs when the daemon starts: no bpffs is mounted, say.
 * Until it is, nothing stands in it, and every program lacks what it lacks; then it is the other.
 */
public final class AwaitedKernel implements Kernel {
  private static final Logger LOG = System.getLogger(AwaitedKernel.class.getName());
  private static final Failure STARTING =
      Failure.of(Reason.NodeNotReady, "the daemon of this node is starting");

  private final Supplier<Kernel> opening;
  private volatile Kernel ready;
  private volatile Failure without = STARTING;
  private Runnable onTargets = () -> {};
  private boolean closed;

  /**
   * A kernel that nothing was asked of yet.
   *
   * @param opening gives the kernel, or refuses with NodeNotReady where that may pass
   */
  public AwaitedKernel(Supplier<Kernel> opening) {
    this(opening, Capabilities.own());
  }

  AwaitedKernel(Supplier<Kernel> opening, Capabilities capabilities) {
    this.opening = opening;
    capabilities.refusal("eBPF", Capability.BPF).ifPresent(f -> lack(f, null));
    capabilities
        .missing(List.of(Capability.PERFMON, Capability.NET_ADMIN))
        .ifPresent(words -> LOG.log(Level.WARNING, "what traces, or sees packets, {0}", words));
  }

  /** Why programs cannot run yet; empty when they can. */
  public Optional<Failure> without() {
    return Optional.ofNullable(without);
  }

  /**
   * Tries to make it ready, where that may help.
   *
   * @throws RuntimeException at the first look, what waiting does not help
   */
  public synchronized void look() {
    if (ready != null || closed || isPermanent()) {
      return;
    }
    try {
      Kernel opened = opening.get();
      opened.onTargetsChanged(onTargets);
      ready = opened;
    } catch (RuntimeException fault) {
      lack(lacked(fault), fault);
      return;
    }
    if (without != STARTING) {
      LOG.log(Level.INFO, "this node can run programs now");
    }
    without = null;
  }

  /** A daemon that waits already goes on, whatever is in the way next. */
  private Failure lacked(RuntimeException fault) {
    if (fault instanceof Refusal refusal && refusal.failure().reason() == Reason.NodeNotReady) {
      return refusal.failure();
    }
    if (without == STARTING) {
      throw fault;
    }
    return Failure.of(
        Reason.NodeNotReady, Objects.requireNonNullElseGet(fault.getMessage(), fault::toString));
  }

  private boolean isPermanent() {
    return without != null && without.reason() != Reason.NodeNotReady;
  }

  /** Said once, and again only in other words; with where it failed, if nobody foresaw it. */
  private void lack(Failure failure, RuntimeException fault) {
    boolean foreseen =
        fault == null || fault instanceof Refusal || fault instanceof UncheckedIOException;
    if (!failure.equals(without)) {
      LOG.log(
          Level.ERROR,
          "this node can run no program: " + failure.message(),
          foreseen ? null : fault);
    }
    without = failure;
  }

  private Kernel kernel() {
    Kernel kernel = ready;
    if (kernel == null) {
      throw new Refusal(without);
    }
    return kernel;
  }

  private <T> T orElse(T nothing, Function<Kernel, T> question) {
    Kernel kernel = ready;
    return kernel == null ? nothing : question.apply(kernel);
  }

  /** They ask for no pins. */
  @Override
  public KernelFacts facts() {
    Kernel kernel = ready;
    return kernel == null
        ? new KernelProbe(Libbpf.get(), Cgroups.ofThisNode()).facts()
        : kernel.facts();
  }

  @Override
  public Optional<Failure> lacking(RevisionProgram program) {
    return orElse(
        without().map(f -> Failure.of(f.reason(), f.message(), program.function())),
        kernel -> kernel.lacking(program));
  }

  @Override
  public List<ObservedLoad> observe() {
    return orElse(List.of(), Kernel::observe);
  }

  @Override
  public Optional<ObservedLoad> observe(LoadKey key) {
    return orElse(Optional.empty(), kernel -> kernel.observe(key));
  }

  @Override
  public ObservedLoad load(LoadRequest request) {
    return kernel().load(request);
  }

  @Override
  public Expansion expand(String namespace, String function, Attach attach) {
    return orElse(Expansion.of(List.of()), kernel -> kernel.expand(namespace, function, attach));
  }

  @Override
  public synchronized void onTargetsChanged(Runnable listener) {
    onTargets = listener;
    if (ready != null) {
      ready.onTargetsChanged(listener);
    }
  }

  @Override
  public Optional<Failure> missing(WantedLink link) {
    return orElse(without(), kernel -> kernel.missing(link));
  }

  @Override
  public ObservedLink attach(LoadKey key, WantedLink link) {
    return kernel().attach(key, link);
  }

  @Override
  public boolean replacesInPlace(Hook hook) {
    return kernel().replacesInPlace(hook);
  }

  @Override
  public ObservedLink replace(ObservedLink link, LoadKey to, WantedLink wanted) {
    return kernel().replace(link, to, wanted);
  }

  @Override
  public void detach(ObservedLink link) {
    kernel().detach(link);
  }

  @Override
  public void unload(LoadKey key) {
    kernel().unload(key);
  }

  @Override
  public Map<String, RunStatistics> statistics(LoadKey key) {
    return orElse(Map.of(), kernel -> kernel.statistics(key));
  }

  @Override
  public void readMap(LoadKey key, String map, int maxEntries, BiConsumer<byte[], byte[]> entry) {
    kernel().readMap(key, map, maxEntries, entry);
  }

  @Override
  public OptionalInt sharedMap(LoadKey key, MapOverride map) {
    return orElse(OptionalInt.empty(), kernel -> kernel.sharedMap(key, map));
  }

  @Override
  public List<String> unfilled(LoadKey key, List<DeclaredMap> declared) {
    return orElse(List.of(), kernel -> kernel.unfilled(key, declared));
  }

  @Override
  public void fill(LoadKey key, List<DeclaredMap> declared) {
    kernel().fill(key, declared);
  }

  @Override
  public byte[] walk(ObservedLink iterator, int limit) {
    return kernel().walk(iterator, limit);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (ready != null) {
      ready.close();
    }
  }
}
