package dev.skep.node.kernel;

import dev.skep.node.kernel.LoadRecord.LinkRecord;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** At start, brings to an end what a process that died left half done. Detaches nothing. */
final class Recovery {
  private static final Logger LOG = System.getLogger(Recovery.class.getName());

  private final Pins pins;
  private final Journal journal;
  private final PinObserver observer;

  Recovery(Pins pins, Journal journal, PinObserver observer) {
    this.pins = pins;
    this.journal = journal;
    this.observer = observer;
  }

  void run() {
    pins.removeStaged();
    List<LoadKey> loads = pins.loads();
    loads.stream()
        .collect(Collectors.groupingBy(LoadKey::program))
        .values()
        .forEach(this::finishMoves);
    for (LoadKey key : journal.keys()) {
      if (loads.contains(key)) {
        dropRecordsWithoutPins(key);
      } else {
        journal.remove(key);
      }
    }
    journal.entries().keepOnly(loads);
    journal.shorten();
  }

  /** A link that was given another load's program, and whose pin was not moved there yet. */
  private void finishMoves(Collection<LoadKey> loads) {
    if (loads.size() < 2) {
      return;
    }
    for (LoadKey from : loads) {
      for (LinkRecord link : journal.record(from).map(LoadRecord::links).orElse(List.of())) {
        loads.stream().filter(to -> !to.equals(from)).forEach(to -> finishMove(from, link, to));
      }
    }
  }

  private void finishMove(LoadKey from, LinkRecord link, LoadKey to) {
    Optional<LinkRecord> meant =
        journal.record(to).map(LoadRecord::links).orElse(List.of()).stream()
            // Functions of one object may share a target: a control group has several hooks.
            .filter(l -> l.isOf(link.function(), link.target()))
            .filter(l -> l.kept() == null && l.pins().size() == link.pins().size())
            .findFirst();
    if (meant.isEmpty()) {
      return;
    }
    Map<String, Integer> programs = observer.programs(to);
    Integer program = programs.get(meant.get().function());
    for (int i = 0; i < link.pins().size(); i++) {
      String pin = link.pins().get(i);
      boolean turned =
          program != null
              && observer.info(from, pin).map(info -> info.programId() == program).orElse(false);
      if (turned && observer.info(to, meant.get().pins().get(i)).isEmpty()) {
        LOG.log(Level.INFO, "finishing the replacement on {0} for {1}", link.target(), to);
        pins.moveLink(from, pin, to, meant.get().pins().get(i));
      }
    }
  }

  private void dropRecordsWithoutPins(LoadKey key) {
    List<String> present = pins.list(key, PinNames.LINKS);
    for (LinkRecord link : journal.record(key).map(LoadRecord::links).orElse(List.of())) {
      if (link.isGone(present)) {
        journal.unlink(key, link);
      }
    }
  }
}
