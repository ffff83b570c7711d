package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.artifact.inspect.MapType;
import dev.skep.node.hook.HookType;
import dev.skep.node.hook.Hooks;
import dev.skep.node.hook.KeptHook;
import dev.skep.node.hook.LinkHook;
import dev.skep.node.hook.LoadedProgram;
import dev.skep.node.hook.Neighbour;
import dev.skep.node.kernel.LoadRecord.LinkRecord;
import dev.skep.node.kernel.ObservedLoad.ObservedMap;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.LinkInfo;
import dev.skep.node.libbpf.MapInfo;
import dev.skep.node.target.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads from pins and journal what is in the kernel. */
final class PinObserver {
  /** How the target of a link begins that the journal does not know; its pin's name follows. */
  static final String UNRECORDED = "not in the journal: ";

  private final Libbpf libbpf;
  private final Pins pins;
  private final Journal journal;
  private final Hooks hooks;

  PinObserver(Libbpf libbpf, Pins pins, Journal journal, Hooks hooks) {
    this.libbpf = libbpf;
    this.pins = pins;
    this.journal = journal;
    this.hooks = hooks;
  }

  Optional<ObservedLoad> observe(LoadKey key) {
    if (!pins.exists(key)) {
      return Optional.empty();
    }
    Map<String, Integer> programs = programs(key);
    Map<String, String> emptied = journal.record(key).map(LoadRecord::emptied).orElse(Map.of());
    return Optional.of(new ObservedLoad(key, programs, maps(key), links(key, programs), emptied));
  }

  Map<String, Integer> programs(LoadKey key) {
    Map<String, Integer> programs = new LinkedHashMap<>();
    for (String function : pins.list(key, PinNames.PROGRAMS)) {
      pins.find(key, PinNames.PROGRAMS, function)
          .ifPresent(
              fd -> {
                try (fd) {
                  programs.put(function, libbpf.programInfo(fd).id());
                }
              });
    }
    return programs;
  }

  private List<ObservedMap> maps(LoadKey key) {
    List<ObservedMap> maps = new ArrayList<>();
    for (String pin : pins.list(key, PinNames.MAPS)) {
      pins.find(key, PinNames.MAPS, pin)
          .ifPresent(
              fd -> {
                try (fd) {
                  maps.add(map(PinNames.mapOf(pin), fd));
                }
              });
    }
    return maps;
  }

  private ObservedMap map(String name, Fd fd) {
    MapInfo info = libbpf.mapInfo(fd);
    return new ObservedMap(
        name,
        info.id(),
        MapType.name(info.type()),
        info.keySize(),
        info.valueSize(),
        Integer.toUnsignedLong(info.maxEntries()),
        memory(fd));
  }

  /** Kernel memory of a map; since 6.4 what it really uses, before that an estimate. */
  private static long memory(Fd map) {
    try {
      return Files.readString(Path.of("/proc/self/fdinfo/" + map.number()))
          .lines()
          .filter(line -> line.startsWith("memlock:"))
          .mapToLong(line -> Long.parseLong(line.substring("memlock:".length()).strip()))
          .findFirst()
          .orElse(0);
    } catch (IOException unknown) {
      return 0;
    }
  }

  private List<ObservedLink> links(LoadKey key, Map<String, Integer> programs) {
    List<ObservedLink> links = new ArrayList<>();
    TreeSet<String> unrecorded = new TreeSet<>(pins.list(key, PinNames.LINKS));
    for (LinkRecord record : journal.record(key).map(LoadRecord::links).orElse(List.of())) {
      record.pins().forEach(unrecorded::remove);
      link(key, record, programs).ifPresent(links::add);
    }
    for (String pin : unrecorded) {
      int dash = pin.lastIndexOf('-');
      String function = dash < 0 ? pin : pin.substring(0, dash);
      links.add(
          new ObservedLink(key, function, null, UNRECORDED + pin, ids(key, List.of(pin)), false));
    }
    return links;
  }

  /** A link as the kernel shows it now; empty when nothing of it is there. */
  Optional<ObservedLink> link(LoadKey key, LinkRecord record, Map<String, Integer> programs) {
    HookType any = hooks.of(record.hook(), record.network());
    Integer program = programs.get(record.function());
    Supplier<Optional<ObservedLink>> look =
        switch (any) {
          case LinkHook hook -> () -> link(key, record, hook, program);
          case KeptHook hook -> () -> Optional.of(kept(key, record, hook, program));
        };
    try {
      return Inside.of(record.network(), any, look);
    } catch (Refusal unreachable) {
      // Its network namespace is gone, or another one has its name.
      return Optional.of(observed(key, record, ids(key, record.pins()), false));
    }
  }

  private Optional<ObservedLink> link(
      LoadKey key, LinkRecord record, LinkHook hook, Integer program) {
    List<Integer> ids = new ArrayList<>();
    boolean alive = true;
    for (String pin : record.pins()) {
      Optional<LinkInfo> info = info(key, pin);
      if (info.isEmpty()) {
        alive = false;
        continue;
      }
      ids.add(info.get().id());
      alive &= program != null && hook.runs(info.get(), program) && hook.holds(info.get());
    }
    return ids.isEmpty() ? Optional.empty() : Optional.of(observed(key, record, ids, alive));
  }

  private ObservedLink kept(LoadKey key, LinkRecord record, KeptHook hook, Integer program) {
    Optional<Fd> pinned = pins.find(key, PinNames.PROGRAMS, record.function());
    if (program == null || pinned.isEmpty()) {
      return observed(key, record, List.of(), false);
    }
    try (Fd fd = pinned.get()) {
      LoadedProgram loaded = loaded(key, record.function(), fd);
      boolean alive = hook.attached(record.kept(), loaded).equals(OptionalInt.of(program));
      List<Integer> ids = alive ? hook.links(record.kept(), loaded) : List.of();
      return observed(key, record, ids, alive);
    }
  }

  private static ObservedLink observed(
      LoadKey key, LinkRecord record, List<Integer> ids, boolean alive) {
    return new ObservedLink(
        key, record.function(), record.hook(), record.target(), List.copyOf(ids), alive);
  }

  /**
   * A link that was just made and pinned. It is not read back: what the kernel answered is what
   * stands, and whatever becomes of it later is observed then.
   */
  static ObservedLink made(LoadKey key, WantedLink wanted, List<Integer> ids) {
    return new ObservedLink(
        key, wanted.function(), wanted.hook(), wanted.target(), List.copyOf(ids), true);
  }

  /** A program of a load, as hooks want it; its section is what the journal says. */
  LoadedProgram loaded(LoadKey key, String function, Fd program) {
    String section =
        journal.record(key).map(r -> r.sections().getOrDefault(function, "")).orElse("");
    return new LoadedProgram(
        program,
        key.program(),
        key.load(),
        function,
        section.startsWith("?") ? section.substring(1) : section,
        map -> pins.open(key, PinNames.MAPS, PinNames.ofMap(map)),
        other -> pins.open(key, PinNames.PROGRAMS, other),
        table -> journal.record(key).map(r -> r.tables().get(table)));
  }

  /** Attachments of every load in a network namespace that the kernel shows. */
  List<Neighbour> neighbours(Network network, Predicate<Hook> like) {
    List<Neighbour> there = new ArrayList<>();
    for (LoadKey key : journal.keys()) {
      for (LinkRecord record : journal.record(key).map(LoadRecord::links).orElse(List.of())) {
        Hook hook = record.hook();
        if (record.network().id().equals(network.id()) && like.test(hook)) {
          link(key, record, programs(key))
              .filter(ObservedLink::alive)
              .map(l -> new Neighbour(key.program(), hook, linkId(l), record.kept()))
              .ifPresent(there::add);
        }
      }
    }
    return there;
  }

  private static int linkId(ObservedLink link) {
    return link.linkIds().isEmpty() ? 0 : link.linkIds().getFirst();
  }

  private List<Integer> ids(LoadKey key, List<String> names) {
    return names.stream().flatMap(pin -> info(key, pin).stream()).map(LinkInfo::id).toList();
  }

  Optional<LinkInfo> info(LoadKey key, String pin) {
    return pins.find(key, PinNames.LINKS, pin)
        .map(
            fd -> {
              try (fd) {
                return libbpf.linkInfo(fd);
              }
            });
  }
}
