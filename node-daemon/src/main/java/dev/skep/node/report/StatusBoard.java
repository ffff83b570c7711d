package dev.skep.node.report;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.node.kernel.ObservedLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is known of each program, and how much of it may be said.
 *
 * <p>A healthy change is one write: a program on its way is shown only when it takes longer than
 * {@link #GRACE}, and the status claims a generation only when it speaks of every program of it.
 * The first word replaces what the daemon before said of programs that never ceased to run, so
 * nothing is said while they are still being adopted. Not thread-safe; the clock is an argument.
 */
final class StatusBoard {
  static final Duration GRACE = Duration.ofSeconds(1);

  /** For all that a starting daemon adopts, and for what it finds the kernel to be. */
  static final Duration FIRST_GRACE = Duration.ofSeconds(5);

  /** What arrives within that time after each other is written together. */
  static final Duration BATCH = Duration.ofMillis(20);

  private final Map<String, ProgramState> rows = new TreeMap<>();
  private final Map<String, OnTheWay> pending = new HashMap<>();
  private final String version;
  private UsageRows usage = UsageRows.of(Map.of(), List.of());
  private KernelFacts kernel;
  private Optional<Failure> lacking = Optional.empty();

  /** When the first word is said at the latest; empty until this daemon is told what shall run. */
  private Optional<Instant> firstWordBy = Optional.empty();

  private long wanted;
  private long spoken;

  StatusBoard(String version) {
    this.version = version;
  }

  /** A program whose outcome is awaited: with the revision to come, or the one that goes. */
  private record OnTheWay(AssignedRevision revision, boolean leaving, Instant since) {}

  void kernel(KernelFacts facts) {
    kernel = facts;
  }

  /** Whether that is another thing than before. */
  boolean lacks(Optional<Failure> failure) {
    boolean changed = !failure.equals(lacking);
    lacking = failure;
    return changed;
  }

  void generation(long generation, Instant now) {
    wanted = generation;
    firstWordBy = firstWordBy.or(() -> Optional.of(now.plus(FIRST_GRACE)));
  }

  /** The program is going to have this revision. */
  void coming(AssignedRevision revision, Instant now) {
    pending.put(key(revision), new OnTheWay(revision, false, now));
  }

  /** The program, so far of this revision, is going to be let go. */
  void leaving(AssignedRevision revision, Instant now) {
    pending.put(key(revision), new OnTheWay(revision, true, now));
  }

  /** The outcome for a revision; it may be outrun by a newer one that is on its way. */
  void settle(ProgramState row) {
    String key = row.namespace() + "/" + row.name();
    rows.put(key, row);
    OnTheWay awaited = pending.get(key);
    if (awaited != null
        && !awaited.leaving()
        && awaited.revision().revision().equals(row.revision())) {
      pending.remove(key);
    }
  }

  /** Nothing of the program is in the kernel any more. */
  void gone(AssignedRevision revision) {
    String key = key(revision);
    OnTheWay awaited = pending.get(key);
    if (awaited == null || awaited.leaving()) {
      pending.remove(key);
      rows.remove(key);
    }
  }

  void usage(Map<UsageMeter.Function, UsageMeter.Rate> rates, Collection<ObservedLoad> loads) {
    usage = UsageRows.of(rates, loads);
  }

  boolean settled() {
    return pending.isEmpty();
  }

  /** When a change of now is said; empty while nothing may be said. */
  Optional<Instant> due(Instant now) {
    if (spoken == 0 && firstWordBy.isPresent()) {
      return Optional.of(deadline().orElse(now));
    }
    if (!settled()) {
      return Optional.of(now.plus(BATCH));
    }
    return wanted == 0 && rows.isEmpty() ? Optional.empty() : Optional.of(now);
  }

  /** When what is known has to be said though more is on its way; empty when nothing is. */
  Optional<Instant> deadline() {
    if (spoken == 0) {
      return settled() && kernel != null ? Optional.empty() : firstWordBy;
    }
    return pending.values().stream().map(this::shownAt).min(Instant::compareTo);
  }

  /** When it is shown though it has not arrived. */
  private Instant shownAt(OnTheWay p) {
    return spoken == 0 ? firstWordBy.orElseThrow() : p.since().plus(GRACE);
  }

  BpfNodeStatus snapshot(Instant now) {
    Map<String, ProgramState> shown = new TreeMap<>(rows);
    boolean silent = false;
    for (Map.Entry<String, OnTheWay> entry : pending.entrySet()) {
      OnTheWay p = entry.getValue();
      if (rows.containsKey(entry.getKey())) {
        continue;
      }
      if (shownAt(p).isAfter(now)) {
        silent = true;
      } else {
        shown.put(entry.getKey(), onTheWay(p.revision()));
      }
    }
    if (!silent) {
      spoken = wanted;
    }
    List<ProgramState> programs = shown.values().stream().map(usage::on).toList();
    return new BpfNodeStatus(
        spoken == 0 ? null : spoken, version, words(programs), kernel, programs);
  }

  private static ProgramState onTheWay(AssignedRevision r) {
    return new ProgramState(
        r.namespace(), r.name(), r.revision(), State.Pending, null, null, null, null, null);
  }

  private String words(List<ProgramState> programs) {
    return lacking.map(Failure::message).orElseGet(() -> summary(programs));
  }

  /** {@code 3 attached, 1 failed}, in the order of {@link State}. */
  private static String summary(List<ProgramState> programs) {
    Map<State, Long> counts =
        programs.stream()
            .collect(
                Collectors.groupingBy(ProgramState::state, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(e -> e.getValue() + " " + e.getKey().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static String key(AssignedRevision revision) {
    return revision.namespace() + "/" + revision.name();
  }
}
