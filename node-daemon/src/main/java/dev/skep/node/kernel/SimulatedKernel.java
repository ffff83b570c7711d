package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A kernel in memory that keeps the rules the real one keeps: a load needs no second of its name, a
 * link needs a loaded program and its target, an interface has one XDP program, only some hooks
 * change their program in place. It outlives any daemon that uses it, as pins do.
 */
public final class SimulatedKernel implements Kernel {
  private final Map<LoadKey, ObservedLoad> loads = new LinkedHashMap<>();
  private final Map<String, Map<LoadKey, RunStatistics>> runs = new HashMap<>();
  private final SimulatedMaps maps = new SimulatedMaps();
  private final SimulatedInterfaces interfaces = new SimulatedInterfaces();
  private final Map<String, Failure> lacking = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private Function<String, Optional<Failure>> refusals = call -> Optional.empty();
  private volatile Consumer<Attach> beforeTargets = attach -> {};
  private int ids = 100;

  /** What was asked so far, a line a call: {@code load ns/name@hash}, {@code attach …}. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** Lets calls fail: asked with each call's line (as in {@link #calls}) before it is done. */
  public synchronized void refuse(Function<String, Optional<Failure>> refusals) {
    this.refusals = refusals;
  }

  /** What happens when the targets of an attachment are looked for. */
  public void beforeTargets(Consumer<Attach> happening) {
    beforeTargets = happening;
  }

  public void addInterface(String name) {
    synchronized (this) {
      interfaces.add(name);
    }
    tell();
  }

  /** Deletes an interface; links on it stay pinned, without a target. */
  public void removeInterface(String name) {
    synchronized (this) {
      interfaces.remove(name);
      loads.replaceAll(
          (key, load) ->
              withLinks(
                  load,
                  load.links().stream()
                      .map(l -> interfaceOf(l.hook()).equals(name) ? dead(l) : l)));
    }
    tell();
  }

  /** Moves the default route, or takes it away. */
  public void routeTo(Optional<String> interfaceName) {
    synchronized (this) {
      interfaces.route(interfaceName);
    }
    tell();
  }

  private void tell() {
    List<Runnable> told;
    synchronized (this) {
      told = List.copyOf(listeners);
    }
    told.forEach(Runnable::run);
  }

  /** Lets the programs of a load run. */
  public synchronized void run(LoadKey key, String function, RunStatistics statistics) {
    runs.computeIfAbsent(function, f -> new HashMap<>()).put(key, statistics);
  }

  /** One entry of a map, as bytes. */
  public record Entry(byte[] key, byte[] value) {}

  /** Fills a map, as its programs would. */
  public synchronized void fill(LoadKey key, String map, List<Entry> content) {
    maps.fill(key, map, content);
  }

  @Override
  public KernelFacts facts() {
    return new KernelFacts(
        "6.18.0-simulated",
        "amd64",
        true,
        "/sys/fs/cgroup",
        true,
        List.of("bpf"),
        List.of("tracepoint", "xdp"),
        List.of("hash", "array"),
        List.of("tracepoint", "xdp", "tc", "cgroup"));
  }

  /** Lets functions lack something, by their names. */
  public synchronized void lack(String function, String what) {
    lacking.put(function, Failure.of(Reason.Incompatible, what, function));
  }

  @Override
  public synchronized Optional<Failure> lacking(RevisionProgram program) {
    return Optional.ofNullable(lacking.get(program.function()));
  }

  @Override
  public synchronized List<ObservedLoad> observe() {
    return List.copyOf(loads.values());
  }

  @Override
  public synchronized Optional<ObservedLoad> observe(LoadKey key) {
    return Optional.ofNullable(loads.get(key));
  }

  @Override
  public synchronized ObservedLoad load(LoadRequest request) {
    LoadKey key = request.key();
    call("load " + key.program() + "@" + key.load());
    if (loads.containsKey(key)) {
      throw Failure.of(Reason.LoadFailed, key + " is loaded already").toException();
    }
    Map<String, Integer> programs = new LinkedHashMap<>();
    request.functions().forEach(function -> programs.put(function, ids++));
    List<ObservedLoad.ObservedMap> maps =
        request.report() == null
            ? List.of()
            : request.report().maps().stream().map(this::map).toList();
    ObservedLoad load = new ObservedLoad(key, programs, maps, List.of());
    loads.put(key, load);
    return load;
  }

  private ObservedLoad.ObservedMap map(ObjectMap map) {
    return new ObservedLoad.ObservedMap(
        map.name(), ids++, map.type(), map.keySize(), map.valueSize(), map.maxEntries(), 4096);
  }

  @Override
  public Expansion expand(String namespace, String function, Attach attach) {
    beforeTargets.accept(attach);
    return expand(function, attach);
  }

  private synchronized Expansion expand(String function, Attach attach) {
    return attach.hook() instanceof InterfaceHook hook
        ? InterfaceTargets.in(interfaces.view(), function, hook)
        : Expansion.of(WantedLink.of(function, attach));
  }

  @Override
  public synchronized void onTargetsChanged(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public synchronized Optional<Failure> missing(WantedLink link) {
    String name = interfaceOf(link.hook());
    return name.isEmpty() || interfaces.has(name)
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                Reason.InterfaceNotFound,
                "interface " + name + " does not exist",
                link.function()));
  }

  @Override
  public synchronized ObservedLink attach(LoadKey key, WantedLink wanted) {
    call(
        "attach "
            + key.program()
            + "@"
            + key.load()
            + " "
            + wanted.function()
            + " "
            + wanted.target());
    ObservedLoad load = loaded(key, wanted.function());
    missing(wanted)
        .ifPresent(
            failure -> {
              throw failure.toException();
            });
    if (wanted.hook() instanceof Xdp) {
      holder(interfaceOf(wanted.hook()))
          .ifPresent(
              other -> {
                throw Failure.of(
                        Reason.InterfaceBusy,
                        "interface is taken by " + other.load().program(),
                        wanted.function())
                    .toException();
              });
    }
    ObservedLink link =
        new ObservedLink(
            key, wanted.function(), wanted.hook(), wanted.target(), List.of(ids++), true);
    put(load, link);
    return link;
  }

  @Override
  public boolean replacesInPlace(Hook hook) {
    return hook instanceof Xdp || hook instanceof Tc || hook instanceof Cgroup;
  }

  @Override
  public synchronized ObservedLink replace(ObservedLink link, LoadKey to, WantedLink wanted) {
    call(
        "replace "
            + link.load().program()
            + "@"
            + link.load().load()
            + " "
            + link.target()
            + " by "
            + to.load());
    ObservedLoad target = loaded(to, wanted.function());
    if (!replacesInPlace(link.hook())) {
      throw Failure.of(Reason.AttachFailed, "links of this hook cannot be updated").toException();
    }
    remove(link);
    ObservedLink moved =
        new ObservedLink(to, wanted.function(), wanted.hook(), link.target(), link.linkIds(), true);
    put(loads.get(target.key()), moved);
    return moved;
  }

  @Override
  public synchronized void detach(ObservedLink link) {
    call(
        "detach "
            + link.load().program()
            + "@"
            + link.load().load()
            + " "
            + link.function()
            + " "
            + link.target());
    remove(link);
  }

  @Override
  public synchronized void unload(LoadKey key) {
    call("unload " + key.program() + "@" + key.load());
    ObservedLoad load = loads.get(key);
    if (load != null && !load.links().isEmpty()) {
      throw Failure.of(Reason.InternalError, key + " has links").toException();
    }
    loads.remove(key);
  }

  @Override
  public synchronized Map<String, RunStatistics> statistics(LoadKey key) {
    Map<String, RunStatistics> statistics = new HashMap<>();
    observe(key)
        .ifPresent(
            load ->
                load.programs()
                    .keySet()
                    .forEach(
                        f ->
                            statistics.put(
                                f,
                                runs.getOrDefault(f, Map.of())
                                    .getOrDefault(key, new RunStatistics(0, 0, 0)))));
    return statistics;
  }

  @Override
  public synchronized void readMap(
      LoadKey key, String map, int maxEntries, BiConsumer<byte[], byte[]> entry) {
    maps.read(key, map).limit(maxEntries).forEach(e -> entry.accept(e.key(), e.value()));
  }

  @Override
  public synchronized OptionalInt sharedMap(LoadKey key, MapOverride map) {
    return loads.values().stream()
        .filter(l -> l.key().namespace().equals(key.namespace()))
        .filter(l -> l.key().name().equals(map.sharedFrom().program()))
        .flatMap(l -> l.programs().values().stream())
        .mapToInt(Integer::intValue)
        .max();
  }

  @Override
  public synchronized List<String> unfilled(LoadKey key, List<DeclaredMap> declared) {
    return maps.unfilled(key, declared);
  }

  @Override
  public synchronized void fill(LoadKey key, List<DeclaredMap> declared) {
    call(
        "fill "
            + key.program()
            + "@"
            + key.load()
            + " "
            + declared.stream().map(DeclaredMap::map).toList());
    maps.fill(key, declared);
  }

  @Override
  public byte[] walk(ObservedLink iterator, int limit) {
    return new byte[0];
  }

  @Override
  public void close() {
    // Nothing is let go: pins outlive their daemon.
  }

  private void call(String line) {
    calls.add(line);
    refusals
        .apply(line)
        .ifPresent(
            failure -> {
              throw failure.toException();
            });
  }

  private ObservedLoad loaded(LoadKey key, String function) {
    ObservedLoad load = loads.get(key);
    if (load == null || !load.programs().containsKey(function)) {
      throw Failure.of(Reason.InternalError, function + " of " + key + " is not loaded")
          .toException();
    }
    return load;
  }

  private Optional<ObservedLink> holder(String interfaceName) {
    return loads.values().stream()
        .flatMap(load -> load.links().stream())
        .filter(l -> l.alive() && l.hook() instanceof Xdp)
        .filter(l -> interfaceOf(l.hook()).equals(interfaceName))
        .findFirst();
  }

  private void put(ObservedLoad load, ObservedLink link) {
    List<ObservedLink> links = new ArrayList<>(load.links());
    links.add(link);
    loads.put(load.key(), withLinks(load, links.stream()));
  }

  private void remove(ObservedLink link) {
    loads.computeIfPresent(
        link.load(),
        (key, load) ->
            withLinks(
                load, load.links().stream().filter(l -> !l.linkIds().equals(link.linkIds()))));
  }

  private static ObservedLoad withLinks(ObservedLoad load, Stream<ObservedLink> links) {
    return new ObservedLoad(
        load.key(), load.programs(), load.maps(), links.toList(), load.emptied());
  }

  private static ObservedLink dead(ObservedLink link) {
    return new ObservedLink(
        link.load(), link.function(), link.hook(), link.target(), link.linkIds(), false);
  }

  private static String interfaceOf(Hook hook) {
    return switch (hook) {
      case Xdp xdp -> xdp.interfaces().getFirst();
      case Tc tc -> tc.interfaces().getFirst();
      default -> "";
    };
  }
}
