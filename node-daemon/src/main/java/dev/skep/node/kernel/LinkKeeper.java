package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.InterfaceHook;
import dev.skep.node.hook.HookType;
import dev.skep.node.hook.Hooks;
import dev.skep.node.hook.KeptHook;
import dev.skep.node.hook.LinkHook;
import dev.skep.node.hook.LoadedProgram;
import dev.skep.node.kernel.LoadRecord.LinkRecord;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.libbpf.NativeError;
import dev.skep.node.target.Network;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes links, moves them to another load, takes them away; journal first, then kernel. */
final class LinkKeeper {
  private final Libbpf libbpf;
  private final Pins pins;
  private final Journal journal;
  private final Hooks hooks;
  private final PinObserver observer;
  private final Binaries binaries;
  private final Object order = new Object();

  LinkKeeper(
      Libbpf libbpf,
      Pins pins,
      Journal journal,
      Hooks hooks,
      PinObserver observer,
      Binaries binaries) {
    this.libbpf = libbpf;
    this.pins = pins;
    this.journal = journal;
    this.hooks = hooks;
    this.observer = observer;
    this.binaries = binaries;
  }

  ObservedLink attach(LoadKey key, WantedLink wanted) {
    if (!(wanted.hook() instanceof InterfaceHook)) {
      return attachNow(key, wanted);
    }
    // Whom it is to stand beside is looked up, and must still be so when it is attached.
    synchronized (order) {
      return attachNow(key, wanted);
    }
  }

  private ObservedLink attachNow(LoadKey key, WantedLink wanted) {
    try (Fd program = program(key, wanted.function())) {
      LoadedProgram loaded = loaded(key, wanted.function(), program);
      return binaries.opened(
          wanted.hook(),
          opened ->
              switch (hooks.of(opened, wanted.network())) {
                case LinkHook hook -> attach(key, wanted, hook, loaded);
                case KeptHook hook -> attach(key, wanted, hook, loaded);
              });
    } catch (RuntimeException e) {
      throw AttachFailures.refusal(wanted, e);
    }
  }

  private ObservedLink attach(
      LoadKey key, WantedLink wanted, LinkHook hook, LoadedProgram program) {
    List<Fd> links = answered(wanted.network(), hook, () -> hook.attach(program));
    try {
      List<Integer> ids = links.stream().map(fd -> libbpf.linkInfo(fd).id()).toList();
      pin(key, record(wanted, ids, null), links);
      return PinObserver.made(key, wanted, ids);
    } finally {
      links.forEach(Fd::close);
    }
  }

  private void pin(LoadKey key, LinkRecord record, List<Fd> links) {
    try {
      // Until its pins are there the attachment ends with this process; the record goes first, so
      // that a pin never stands without one.
      write(key, record);
      for (int i = 0; i < links.size(); i++) {
        pins.pin(key, PinNames.LINKS, record.pins().get(i), links.get(i));
      }
    } catch (RuntimeException e) {
      forget(key, record);
      throw e;
    }
  }

  /** In place of the record of a link whose pins somebody removed, which nothing observes. */
  private void write(LoadKey key, LinkRecord record) {
    for (LinkRecord same : records(key, record.function(), record.target())) {
      if (same.isGone(pins.list(key, PinNames.LINKS))) {
        journal.unlink(key, same);
      }
    }
    journal.link(key, record);
  }

  /** The record comes after: what was attached without one is found by attaching again. */
  private ObservedLink attach(
      LoadKey key, WantedLink wanted, KeptHook hook, LoadedProgram program) {
    Optional<String> before = hook.keptBefore();
    if (before.isPresent()) {
      once(key, record(wanted, List.of(), before.get()), hook, program);
      return PinObserver.made(key, wanted, List.of());
    }
    String kept = answered(wanted.network(), hook, () -> hook.attach(program));
    try {
      journal.link(key, record(wanted, List.of(), kept));
    } catch (RuntimeException e) {
      inside(wanted.network(), hook, () -> hook.detach(kept, program));
      throw e;
    }
    return PinObserver.made(
        key, wanted, Inside.of(wanted.network(), hook, () -> hook.links(kept, program)));
  }

  private void once(LoadKey key, LinkRecord record, KeptHook hook, LoadedProgram program) {
    journal.link(key, record);
    try {
      answered(record.network(), hook, () -> hook.attach(program));
    } catch (RuntimeException e) {
      journal.unlink(key, record);
      throw e;
    }
  }

  private void forget(LoadKey key, LinkRecord record) {
    record.pins().forEach(pin -> pins.remove(key, PinNames.LINKS, pin));
    journal.unlink(key, record);
  }

  /** Whether the target is there is asked when attaching failed: the answer is the better one. */
  private static <T> T answered(Network network, HookType hook, Supplier<T> attach) {
    return Inside.of(
        network,
        hook,
        () -> {
          try {
            return attach.get();
          } catch (NativeError | UncheckedIOException e) {
            throw hook.missing().<RuntimeException>map(Failure::toException).orElse(e);
          }
        });
  }

  private Fd program(LoadKey key, String function) {
    return pins.find(key, PinNames.PROGRAMS, function)
        .orElseThrow(
            () -> new Refusal(Reason.InternalError, function + " of " + key + " is not loaded"));
  }

  private LoadedProgram loaded(LoadKey key, String function, Fd program) {
    return observer.loaded(key, function, program);
  }

  private ObservedLink observed(LoadKey key, LinkRecord record) {
    return observer
        .link(key, record, observer.programs(key))
        .orElseThrow(
            () ->
                new Refusal(
                    Reason.AttachFailed, record.target() + ": the link was gone when looked at"));
  }

  /** A pin has its link's id in its name: no two links that stand have the same. */
  private static LinkRecord record(WantedLink wanted, List<Integer> ids, String kept) {
    return new LinkRecord(
        wanted.function(),
        wanted.hook(),
        wanted.target(),
        wanted.network(),
        ids.stream().map(id -> wanted.function() + "-" + id).toList(),
        kept);
  }

  ObservedLink replace(ObservedLink link, LoadKey to, WantedLink wanted) {
    String function = wanted.function();
    LinkRecord old =
        find(link)
            .orElseThrow(
                () -> new Refusal(Reason.InternalError, link.target() + " is not in the journal"));
    LinkRecord moved =
        record(wanted, old.pins().isEmpty() ? List.of() : link.linkIds(), old.kept());
    write(to, moved);
    try (Fd program = program(to, function)) {
      LoadedProgram by = loaded(to, function, program);
      switch (hooks.of(wanted.hook(), old.network())) {
        case KeptHook kept ->
            inside(old.network(), kept, () -> replace(kept, link, old.kept(), by));
        case LinkHook hook -> {
          for (int i = 0; i < old.pins().size(); i++) {
            replace(hook, link.load(), old.pins().get(i), to, moved.pins().get(i), by);
          }
        }
      }
    } catch (RuntimeException e) {
      journal.unlink(to, moved);
      throw AttachFailures.refusal(wanted, e);
    }
    journal.unlink(link.load(), old);
    return observed(to, moved);
  }

  private void replace(KeptHook hook, ObservedLink link, String kept, LoadedProgram by) {
    try (Fd old = program(link.load(), link.function())) {
      hook.replace(kept, loaded(link.load(), link.function(), old), by);
    }
  }

  private void replace(
      LinkHook hook, LoadKey from, String pin, LoadKey to, String newPin, LoadedProgram by) {
    Optional<Fd> other;
    try (Fd fd = pins.open(from, PinNames.LINKS, pin)) {
      other = hook.update(fd, by);
    }
    if (other.isEmpty()) {
      pins.moveLink(from, pin, to, newPin);
      return;
    }
    try (Fd fd = other.get()) {
      pins.pin(to, PinNames.LINKS, newPin, fd);
      pins.remove(from, PinNames.LINKS, pin);
    }
  }

  void detach(ObservedLink link) {
    Optional<LinkRecord> record = find(link);
    List<String> names =
        record
            .map(LinkRecord::pins)
            .orElse(List.of(link.target().replace(PinObserver.UNRECORDED, "")));
    Optional<HookType> hook = record.map(r -> hooks.of(r.hook(), r.network()));
    boolean atOnce = hook.isPresent() && hook.get() instanceof LinkHook h && h.detachesAtOnce();
    try {
      if (hook.isPresent() && hook.get() instanceof KeptHook kept) {
        detach(link, kept, record.get());
      }
      for (String name : names) {
        unpin(link.load(), name, atOnce);
      }
    } catch (NativeError e) {
      throw AttachFailures.refusal(link.function(), link.target(), e);
    }
    record.ifPresent(r -> journal.unlink(link.load(), r));
  }

  private void detach(ObservedLink link, KeptHook hook, LinkRecord record) {
    Optional<Fd> pinned = pins.find(link.load(), PinNames.PROGRAMS, link.function());
    if (pinned.isPresent()) {
      try (Fd program = pinned.get()) {
        LoadedProgram loaded = loaded(link.load(), link.function(), program);
        try {
          inside(record.network(), hook, () -> hook.detach(record.kept(), loaded));
        } catch (Refusal unreachable) {
          if (unreachable.failure().reason() != Reason.NetworkNotFound) {
            throw unreachable;
          }
          // What can be ended without being there.
          hook.detach(record.kept(), loaded);
        }
      }
    }
  }

  private static void inside(Network network, HookType hook, Runnable work) {
    Inside.of(
        network,
        hook,
        () -> {
          work.run();
          return null;
        });
  }

  /**
   * What only a pin holds the kernel frees a little later, and its target is busy until then: so a
   * descriptor of ours is the last to let go.
   */
  private void unpin(LoadKey key, String name, boolean atOnce) {
    Optional<Fd> pinned = pins.find(key, PinNames.LINKS, name);
    if (pinned.isPresent()) {
      try (Fd fd = pinned.get()) {
        if (atOnce) {
          detachNow(fd);
        }
        pins.remove(key, PinNames.LINKS, name);
      }
    }
  }

  private void detachNow(Fd link) {
    try {
      libbpf.detachLink(link);
    } catch (NativeError e) {
      // Its interface or control group is gone: then it is detached.
      if (e.errno() != Errno.ENODEV && e.errno() != Errno.EINVAL) {
        throw e;
      }
    }
  }

  /** Reading the pin of an iterator's link walks. */
  byte[] walk(ObservedLink iterator, int limit) {
    String pin =
        find(iterator)
            .map(record -> record.pins().getFirst())
            .orElseThrow(
                () -> new Refusal(Reason.InternalError, iterator.target() + " has no pin"));
    return pins.read(iterator.load(), PinNames.LINKS, pin, limit);
  }

  private Optional<LinkRecord> find(ObservedLink link) {
    return records(link.load(), link.function(), link.target()).stream().findFirst();
  }

  private List<LinkRecord> records(LoadKey key, String function, String target) {
    return journal.record(key).map(LoadRecord::links).orElse(List.of()).stream()
        .filter(r -> r.isOf(function, target))
        .toList();
  }
}
