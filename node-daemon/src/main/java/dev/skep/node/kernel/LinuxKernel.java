package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.node.dispatch.XdpInterfaces;
import dev.skep.node.hook.HookType;
import dev.skep.node.hook.Hooks;
import dev.skep.node.hook.Host;
import dev.skep.node.hook.KernelHas;
import dev.skep.node.hook.Neighbour;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.Libc;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.libbpf.Xdp;
import dev.skep.node.pod.PodSource;
import dev.skep.node.target.HostRoot;
import dev.skep.node.target.Network;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The running kernel. Holds no state of its own but the journal: each answer is read from the pins,
 * so that another process finds the same.
 */
public final class LinuxKernel implements Kernel {
  private static final Logger LOG = System.getLogger(LinuxKernel.class.getName());

  private final Libbpf libbpf;
  private final Path pinRoot;
  private final Pins pins;
  private final Journal journal;
  private final Hooks hooks;
  private final PinObserver observer;
  private final LinkKeeper links;
  private final PinnedLoader loader;
  private final XdpInterfaces interfaces;
  private final Binaries binaries;
  private final Targets targets;
  private final LoadedMaps maps;
  private final KernelProbe probe;
  private final Preconditions preconditions;
  private final RunCounting counting;
  private final Runnable keepRoot;

  /**
   * Takes over what stands under the pins, and ends what an earlier process left half done.
   *
   * @param pinRoot folder on a bpffs, e.g. /sys/fs/bpf/skep
   * @param journal of the same host; the one process that writes it is this one
   * @throws Refusal when libbpf or bpffs is missing, with what to do
   */
  public LinuxKernel(Path pinRoot, Journal journal) {
    this(pinRoot, journal, PodSource.none(), Optional.empty(), Optional.empty(), () -> {});
  }

  /**
   * The same for as long as a node runs, whatever becomes of the folder.
   *
   * @param pods who the pods of this node are
   * @param lock on the folder
   */
  public LinuxKernel(Path pinRoot, Journal journal, PodSource pods, PinLock lock) {
    this(pinRoot, journal, pods, Optional.empty(), Optional.empty(), lock::keep);
    // The first load of a JVM takes ten times as long as the next: let it not be a user's.
    probe.start().thenRun(libbpf::rehearse).thenRun(journal::rehearse);
  }

  /**
   * The same, taken to attach in certain ways.
   *
   * @param known what the kernel can do, where that was found out before
   */
  LinuxKernel(
      Path pinRoot,
      Journal journal,
      PodSource pods,
      Optional<KernelHas> has,
      Optional<KernelProbe> known,
      Runnable keepRoot) {
    this(pinRoot, journal, pods, has, known, true, keepRoot);
    try {
      new Recovery(pins, journal, observer).run();
      interfaces.recover();
    } catch (RuntimeException e) {
      // It may be made again every second.
      close();
      throw e;
    }
  }

  /**
   * The kernel as another process's pins show it, to be looked at only: nothing is recovered, and
   * run statistics are read but not turned on.
   */
  public static Kernel looking(Path pinRoot, Journal journal) {
    return new LinuxKernel(
        pinRoot, journal, PodSource.none(), Optional.empty(), Optional.empty(), false, () -> {});
  }

  private LinuxKernel(
      Path pinRoot,
      Journal journal,
      PodSource pods,
      Optional<KernelHas> has,
      Optional<KernelProbe> known,
      boolean statistics,
      Runnable keepRoot) {
    this.keepRoot = keepRoot;
    this.libbpf = libbpf();
    this.pinRoot = pinRoot;
    this.journal = journal;
    this.pins = new Pins(pinRoot, libbpf, Libc.get());
    Extensions extensions = new Extensions(pins);
    this.interfaces =
        new XdpInterfaces(pins.interfaces(), libbpf, Libc.get(), Xdp.get(), extensions);
    Host host = Host.current(libbpf, Libc.get(), interfaces, this::owner, this::neighbours);
    this.hooks = has.map(h -> new Hooks(host, h)).orElseGet(() -> new Hooks(host));
    this.probe = known.orElseGet(() -> new KernelProbe(libbpf, host.cgroups()));
    this.preconditions = new Preconditions(probe);
    this.observer = new PinObserver(libbpf, pins, journal, hooks);
    this.binaries = new Binaries(Libc.get(), host.cgroups(), HostRoot.find());
    this.targets = new Targets(host.cgroups(), pods, binaries);
    this.links = new LinkKeeper(libbpf, pins, journal, hooks, observer, binaries);
    MapReuse reuse = new MapReuse(libbpf, pins, journal);
    this.maps = new LoadedMaps(libbpf, pins, journal, reuse);
    this.loader =
        new PinnedLoader(
            libbpf,
            pins,
            journal,
            new ObjectLoader(libbpf, reuse, new LoadFailures(preconditions), probe::makesMaps),
            extensions,
            interfaces);
    this.counting =
        statistics ? RunCounting.start(libbpf, pins) : RunCounting.looking(libbpf, pins);
  }

  /**
   * This process's libbpf.
   *
   * @throws Refusal when there is none, with what to do
   */
  static Libbpf libbpf() {
    try {
      return Libbpf.get();
    } catch (NativeError missing) {
      throw new Refusal(Reason.Incompatible, missing.getMessage(), missing);
    }
  }

  @Override
  public KernelFacts facts() {
    return probe.facts();
  }

  @Override
  public Optional<Failure> lacking(RevisionProgram program) {
    return preconditions.before(program.function(), program.section(), program.needs());
  }

  @Override
  public List<ObservedLoad> observe() {
    return answered(pins::loads).stream().flatMap(key -> readable(key).stream()).toList();
  }

  /** A load whose pins cannot be read hides no other. */
  private Optional<ObservedLoad> readable(LoadKey key) {
    try {
      return observe(key);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "pins of {0} cannot be read: {1}", key, e);
      return Optional.empty();
    }
  }

  @Override
  public Optional<ObservedLoad> observe(LoadKey key) {
    return answered(() -> observer.observe(key));
  }

  @Override
  public ObservedLoad load(LoadRequest request) {
    LoadKey key = request.key();
    if (journal.unfinished(key)) {
      throw new Refusal(
          Reason.LoaderCrashed,
          "loading it ended the daemon; it is tried again when the program, the daemon or the"
              + " kernel changes");
    }
    answered(
        () -> {
          keepRoot.run();
          journal.begin(key);
          try {
            loader.load(request);
          } finally {
            journal.end(key);
          }
          return key;
        });
    return observe(key)
        .orElseThrow(() -> new Refusal(Reason.LoadFailed, "its pins were gone when looked at"));
  }

  @Override
  public Expansion expand(String namespace, String function, Attach attach) {
    return targets.expand(namespace, function, attach);
  }

  @Override
  public void onTargetsChanged(Runnable listener) {
    targets.onChanged(listener);
  }

  @Override
  public Optional<Failure> missing(WantedLink link) {
    return missing(link.hook(), link.network())
        .map(f -> Failure.of(f.reason(), f.message(), link.function()));
  }

  private Optional<Failure> missing(Hook wanted, Network network) {
    try {
      return binaries.opened(
          wanted,
          opened -> {
            HookType hook = hooks.of(opened, network);
            return Inside.of(network, hook, hook::missing);
          });
    } catch (Refusal refusal) {
      return Optional.of(refusal.failure());
    } catch (UncheckedIOException unknown) {
      // Attaching tells.
      return Optional.empty();
    }
  }

  @Override
  public ObservedLink attach(LoadKey key, WantedLink link) {
    return links.attach(key, link);
  }

  @Override
  public boolean replacesInPlace(Hook hook) {
    return hooks.of(hook, Network.own()).replacesInPlace();
  }

  @Override
  public ObservedLink replace(ObservedLink link, LoadKey to, WantedLink wanted) {
    return links.replace(link, to, wanted);
  }

  @Override
  public void detach(ObservedLink link) {
    links.detach(link);
  }

  @Override
  public void unload(LoadKey key) {
    List<String> left = pins.list(key, PinNames.LINKS);
    if (!left.isEmpty()) {
      throw new Refusal(Reason.InternalError, key + " still has links: " + left);
    }
    answered(
        () -> {
          maps.leave(key);
          interfaces.leave(key.program(), key.load());
          pins.remove(key);
          journal.remove(key);
          return key;
        });
  }

  @Override
  public Map<String, RunStatistics> statistics(LoadKey key) {
    return answered(() -> counting.of(key));
  }

  @Override
  public void readMap(LoadKey key, String map, int maxEntries, BiConsumer<byte[], byte[]> entry) {
    maps.read(key, map, maxEntries, entry);
  }

  @Override
  public OptionalInt sharedMap(LoadKey key, MapOverride map) {
    return answered(() -> maps.shared(key, map));
  }

  @Override
  public List<String> unfilled(LoadKey key, List<DeclaredMap> declared) {
    return maps.unfilled(key, declared);
  }

  @Override
  public void fill(LoadKey key, List<DeclaredMap> declared) {
    maps.fill(key, declared);
  }

  @Override
  public byte[] walk(ObservedLink iterator, int limit) {
    return answered(() -> links.walk(iterator, limit));
  }

  /** What a call says no with where none is meant for the user in particular. */
  private static <T> T answered(Supplier<T> question) {
    try {
      return question.get();
    } catch (NativeError | UncheckedIOException e) {
      throw new Refusal(Reason.InternalError, e.getMessage(), e);
    }
  }

  private Optional<String> owner(int programId) {
    return pins.loads().stream()
        .filter(key -> observer.programs(key).containsValue(programId))
        .map(LoadKey::program)
        .findFirst()
        .or(() -> new PinsBeside(pinRoot, libbpf).owner(programId));
  }

  private List<Neighbour> neighbours(Network network, Predicate<Hook> like) {
    return observer.neighbours(network, like);
  }

  @Override
  public void close() {
    try {
      journal.close();
    } finally {
      targets.close();
      counting.close();
      interfaces.close();
    }
  }
}
