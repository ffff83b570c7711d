package dev.skep.node.agent;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.agent.ProgramReconciler.Attempt;
import dev.skep.node.execute.Lane;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.log.Log;
import dev.skep.node.report.RunningProgram;
import dev.skep.node.report.Standing;
import dev.skep.node.report.StatusReporter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One program of this node: what it shall be, when it is tried again, and what came of it. Its
 * attempts follow one another; programs run beside each other.
 */
final class ProgramLane {
  private static final Log LOG = Log.of(ProgramLane.class);
  private static final AtomicLong RECONCILES = new AtomicLong();

  private final Kernel kernel;
  private final ProgramReconciler reconciler;
  private final StatusReporter reporter;
  private final Consumer<Attempt> attempted;
  private final Lane lane;

  /** Whoever tells of changes waits for no file system that a target may be on. */
  private final Lane looking;

  private AssignedRevision last;
  private boolean wanted;
  private boolean asked;
  private boolean finished;
  private List<ObservedLoad> found = List.of();

  /** Of the lane's own thread. */
  private final Retries retries = new Retries(() -> ThreadLocalRandom.current().nextDouble());

  /** Changes of targets that were told so far. */
  private final AtomicInteger changes = new AtomicInteger();

  /** Whether it is enough that what is said of missing targets would be said otherwise. */
  private final AtomicBoolean words = new AtomicBoolean();

  private volatile Attempt latest;
  private volatile boolean stumbled;

  /**
   * @param last the revision it has or had
   * @param attempted told of each attempt
   */
  ProgramLane(
      AssignedRevision last,
      Kernel kernel,
      ProgramReconciler reconciler,
      StatusReporter reporter,
      Consumer<Attempt> attempted,
      Threads threads) {
    this.last = last;
    this.kernel = kernel;
    this.reconciler = reconciler;
    this.reporter = reporter;
    this.attempted = attempted;
    this.lane = new Lane(threads.lanes(), threads.clock(), this::work);
    this.looking = new Lane(threads.looks(), threads.clock(), this::lookForTargets);
  }

  synchronized AssignedRevision last() {
    return last;
  }

  synchronized boolean wanted() {
    return wanted;
  }

  /** The program shall have this revision. */
  void want(AssignedRevision revision) {
    synchronized (this) {
      last = revision;
      wanted = true;
      finished = false;
      asked = true;
    }
    lane.now();
  }

  /** The program shall be nothing. */
  void letGo() {
    synchronized (this) {
      wanted = false;
      finished = false;
      asked = true;
    }
    lane.now();
  }

  /** What all of the kernel showed of this program; tried again when that is not what was left. */
  void resync(List<ObservedLoad> observed) {
    synchronized (this) {
      found = observed;
    }
    Attempt left = latest;
    if (left == null) {
      return;
    }
    if (!shape(left.observed()).equals(shape(observed))) {
      LOG.warn(
          "the kernel shows something else than was left there",
          "program",
          last().namespace() + "/" + last().name());
      askAgain();
    } else if (!linkIds(left.observed()).equals(linkIds(observed)) || reconciler.nodeChanged()) {
      // Another program came to an XDP interface: the link of this one is another, and it runs on.
      askAgain();
    } else if (left.failures().isEmpty() && reconciler.drifted()) {
      LOG.warn(
          "a map holds something else than is declared for it",
          "program",
          last().namespace() + "/" + last().name());
      askAgain();
    }
    words.set(true);
    looking.now();
  }

  /** Targets came or went somewhere on the node. */
  void targetsChanged() {
    changes.incrementAndGet();
    looking.now();
  }

  private void lookForTargets() {
    Attempt left = latest;
    try {
      // One that was long in looking may find that much has happened since.
      if (left != null
          && reconciler.targetsMoved(left, words.getAndSet(false))
          && left == latest
          && wanted()) {
        askAgain();
      }
    } catch (RuntimeException fault) {
      LOG.error("targets could not be looked for; they are again soon", fault);
    }
  }

  /** Other programs have other maps now, or the node is told to be something else. */
  void surroundingsChanged() {
    if (latest != null && reconciler.nodeChanged()) {
      askAgain();
    }
  }

  boolean nodeChanged() {
    return reconciler.nodeChanged();
  }

  /** Something that may have been in the way has gone. */
  void wayIsFree() {
    Attempt left = latest;
    if (left != null && left.failures().stream().anyMatch(ProgramLane::mayBeInTheWay)) {
      askAgain();
    }
  }

  /** What cannot share an interface on this node can have it alone. */
  private static boolean mayBeInTheWay(Failure failure) {
    return failure.reason().waitsForPlace() || failure.reason() == Reason.Incompatible;
  }

  /** What stood in the way of every program has gone, or is another thing. */
  void kernelChanged() {
    askAgain();
  }

  private void askAgain() {
    synchronized (this) {
      asked = true;
    }
    lane.now();
  }

  /** Whether it was tried since the daemon started. */
  boolean tried() {
    return latest != null || stumbled;
  }

  /** Whether it was let go, and nothing of it is left: another lane may have the program next. */
  synchronized boolean finished() {
    return finished;
  }

  Optional<RunningProgram> running() {
    return Optional.ofNullable(latest).map(Attempt::running);
  }

  private void work() {
    AssignedRevision revision;
    boolean bring;
    boolean asked;
    synchronized (this) {
      if (finished) {
        return;
      }
      asked = this.asked;
      this.asked = false;
      revision = last;
      bring = wanted;
      reconciler.adopt(found);
      found = List.of();
    }
    retries.begin(bring ? Optional.of(revision) : Optional.empty());
    if (!asked && retries.inVain(Instant.now(), link -> kernel.missing(link).isPresent())) {
      lane.in(Retries.LOOK_FOR_TARGET);
      return;
    }
    Log log =
        LOG.with("id", Long.toHexString(RECONCILES.incrementAndGet()))
            .with("program", revision.namespace() + "/" + revision.name())
            .with("revision", revision.revision());
    int seen = changes.get();
    try {
      settle(
          bring ? reconciler.bring(revision, log) : reconciler.letGo(revision, log),
          revision,
          bring,
          log);
      if (changes.get() != seen) {
        // What was told meanwhile was compared with the attempt before.
        looking.now();
      }
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError fault) {
      // An Error may be of this program's making alone: huge maps, deep types.
      log.error("attempt ended by a fault of the daemon; it is tried again", fault);
      stumbled(revision, fault);
    }
  }

  /** What stands in the kernel is not known now: the last that was known is shown. */
  private void stumbled(AssignedRevision revision, Throwable fault) {
    stumbled = true;
    List<ObservedLoad> known = latest == null ? List.of() : latest.observed();
    Failure failure = Failure.of(Reason.InternalError, String.valueOf(fault));
    reporter.settle(Standing.of(revision, Mode.Attach, Optional.empty(), known, List.of(failure)));
    retries.ended(List.of(failure), List.of(), false, Instant.now()).ifPresent(lane::in);
  }

  private void settle(Attempt attempt, AssignedRevision revision, boolean bring, Log log) {
    latest = attempt;
    boolean gone = !bring && attempt.observed().isEmpty();
    boolean arrived = gone || bring && attempt.row().state() != State.Pending;
    if (gone) {
      // First: who finds this lane finished may begin another, whose row it would take.
      reporter.gone(revision);
      synchronized (this) {
        finished = !wanted;
      }
      log.info("let go");
    } else {
      reporter.settle(attempt.row());
      log.info("reconciled", "state", attempt.row().state());
    }
    attempt
        .failures()
        .forEach(
            f ->
                (f.function() == null ? log : log.with("function", f.function()))
                    .warn("failed", "reason", f.reason(), "message", f.message()));
    attempted.accept(attempt);
    retries
        .ended(attempt.failures(), attempt.waitingFor(), arrived, Instant.now())
        .ifPresent(lane::in);
  }

  /** What of an observation a plan depends on; memory in use is not part of it. */
  private static Map<Object, Set<Object>> shape(List<ObservedLoad> loads) {
    return loads.stream()
        .collect(
            Collectors.toMap(
                l -> Map.of(l.key(), l.programs()),
                l ->
                    l.links().stream()
                        .map(k -> List.of(k.function(), k.target(), k.alive()))
                        .collect(Collectors.toSet())));
  }

  private static Set<Integer> linkIds(List<ObservedLoad> loads) {
    return loads.stream()
        .flatMap(load -> load.links().stream())
        .flatMap(link -> link.linkIds().stream())
        .collect(Collectors.toSet());
  }
}
