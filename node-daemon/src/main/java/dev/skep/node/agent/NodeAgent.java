package dev.skep.node.agent;

import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.node.agent.ProgramReconciler.Attempt;
import dev.skep.node.execute.Lane;
import dev.skep.node.kernel.Kernel;
import dev.skep.node.kernel.ObservedLoad;
import dev.skep.node.log.Log;
import dev.skep.node.metrics.DaemonCounters;
import dev.skep.node.report.RunningProgram;
import dev.skep.node.report.StatusReporter;
import dev.skep.node.report.UsageSampler;
import dev.skep.node.source.Assignments;
import dev.skep.node.source.DesiredSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps one node's kernel as its desired state says: observes what stands, adopts it, and gives
 * each program a lane of its own. Ending it detaches nothing.
 */
public final class NodeAgent implements AutoCloseable {
  private static final Log LOG = Log.of(NodeAgent.class);
  private static final Duration RESYNC = Duration.ofSeconds(30);

  /** After the last load; in a burst of them nobody wants a pause. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  /** Stands for the revision of what was found in the kernel and nobody wants. */
  private static final String UNKNOWN_REVISION = "unknown";

  private final Kernel kernel;
  private final DesiredSource source;
  private final StatusReporter reporter;
  private final DaemonCounters counters;
  private final ObjectReports reports;
  private final Threads threads;

  /**
   * Half of the heap is what a start or a load leaves behind, and nothing asks for it for hours.
   */
  private final Lane collection;

  private final Map<String, ProgramLane> lanes = new TreeMap<>();
  private boolean adopted;
  private boolean assigned;

  public NodeAgent(
      Kernel kernel,
      DesiredSource source,
      StatusReporter reporter,
      Threads threads,
      DaemonCounters counters) {
    this(kernel, source, reporter, threads, counters, ObjectInspector::inspect);
  }

  NodeAgent(
      Kernel kernel,
      DesiredSource source,
      StatusReporter reporter,
      Threads threads,
      DaemonCounters counters,
      Function<byte[], ObjectReport> inspector) {
    this.kernel = kernel;
    this.source = source;
    this.reporter = reporter;
    this.counters = counters;
    this.reports = new ObjectReports(source, inspector);
    this.threads = threads;
    this.collection = new Lane(threads.lanes(), threads.clock(), System::gc);
  }

  /**
   * Begins to listen, and adopts what stands in the kernel. What is heard earlier waits for that.
   *
   * @param opening makes the kernel ready where it can be; takes as long as the first answer of an
   *     API server does, so that both go on at once
   */
  public void start(Runnable opening) {
    reporter.start();
    synchronized (this) {
      source.start(this::assigned);
      opening.run();
      byProgram(kernel.observe())
          .forEach((program, loads) -> lane(found(loads.getFirst())).resync(loads));
      LOG.info("adopted", "programs", lanes.size());
      kernel.onTargetsChanged(this::targetsChanged);
      adopted = true;
    }
    threads.lanes().execute(() -> reporter.kernel(kernel.facts()));
    collection.in(QUIET);
    every(RESYNC, this::resync);
    every(UsageSampler.PERIOD, new UsageSampler(kernel, this::running, reporter));
  }

  /**
   * The kernel can run programs, which it could not, or cannot for another reason: what stands in
   * it is adopted now, and every program tried again.
   */
  public void kernelChanged() {
    Map<String, List<ObservedLoad>> observed = byProgram(kernel.observe());
    Collection<ProgramLane> told;
    synchronized (this) {
      observed.forEach((program, loads) -> lane(found(loads.getFirst())).resync(loads));
      // Before that nobody knows that what stands is not wanted.
      told = assigned ? List.copyOf(lanes.values()) : List.of();
    }
    told.forEach(ProgramLane::kernelChanged);
  }

  /** What the node lacks for any program to run, for its status. */
  public void lacks(Optional<Failure> failure) {
    reporter.lacks(failure);
  }

  /** Whether desired state is known and every program was tried. */
  public synchronized boolean ready() {
    return assigned && lanes.values().stream().allMatch(ProgramLane::tried);
  }

  /** Each program as it stands now. */
  public synchronized List<RunningProgram> running() {
    return lanes.values().stream().map(ProgramLane::running).flatMap(Optional::stream).toList();
  }

  private synchronized void assigned(Assignments assignments) {
    if (!adopted) {
      // The kernel was not to be had for good: this daemon ends.
      return;
    }
    assigned = true;
    Map<String, AssignedRevision> wanted =
        assignments.programs().stream().collect(Collectors.toMap(NodeAgent::program, a -> a));
    List<AssignedRevision> coming =
        wanted.values().stream()
            .filter(
                a -> !standsFor(lanes.get(program(a)), a) || lanes.get(program(a)).nodeChanged())
            .toList();
    List<ProgramLane> leaving = new ArrayList<>();
    lanes.forEach(
        (program, lane) -> {
          if (!wanted.containsKey(program)) {
            leaving.add(lane);
          }
        });
    LOG.info(
        "assigned",
        "generation",
        assignments.generation(),
        "programs",
        wanted.size(),
        "changed",
        coming.size(),
        "leaving",
        leaving.size());
    // Before any lane runs: one that is quick must not settle what is not expected yet.
    reporter.expect(
        assignments.generation(), coming, leaving.stream().map(ProgramLane::last).toList());
    coming.forEach(revision -> lane(revision).want(revision));
    leaving.forEach(ProgramLane::letGo);
  }

  private static boolean standsFor(ProgramLane lane, AssignedRevision revision) {
    return lane != null && lane.wanted() && lane.last().equals(revision);
  }

  private ProgramLane lane(AssignedRevision revision) {
    return lanes.computeIfAbsent(
        program(revision),
        program ->
            new ProgramLane(
                revision,
                kernel,
                new ProgramReconciler(kernel, source, reports),
                reporter,
                this::attempted,
                threads));
  }

  private void attempted(Attempt attempt) {
    counters.reconciled(attempt.failures().isEmpty());
    attempt.loaded().ifPresent(counters::loaded);
    attempt.loaded().ifPresent(well -> collection.in(QUIET));
    Collection<ProgramLane> others;
    synchronized (this) {
      lanes.values().removeIf(ProgramLane::finished);
      others = List.copyOf(lanes.values());
    }
    if (attempt.freed()) {
      others.forEach(ProgramLane::wayIsFree);
    }
    if (attempt.loaded().orElse(false)) {
      others.forEach(ProgramLane::surroundingsChanged);
    }
  }

  private void targetsChanged() {
    List<ProgramLane> current;
    synchronized (this) {
      current = List.copyOf(lanes.values());
    }
    current.forEach(ProgramLane::targetsChanged);
  }

  /** The kernel is asked, not memory: what was changed behind our back is put right. */
  void resync() {
    Map<String, List<ObservedLoad>> observed = byProgram(kernel.observe());
    Map<String, ProgramLane> current;
    synchronized (this) {
      current = Map.copyOf(lanes);
    }
    current.forEach((program, lane) -> lane.resync(observed.getOrDefault(program, List.of())));
  }

  private void every(Duration period, Runnable work) {
    Runnable safe =
        () -> {
          try {
            work.run();
          } catch (RuntimeException fault) {
            LOG.error("periodic work failed; it goes on", fault);
          }
        };
    // Where threads are short it may come late, but never twice at a time.
    Lane lane = new Lane(threads.lanes(), threads.clock(), safe);
    threads
        .clock()
        .scheduleWithFixedDelay(
            lane::now, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static AssignedRevision found(ObservedLoad load) {
    return new AssignedRevision(load.key().namespace(), load.key().name(), UNKNOWN_REVISION);
  }

  private static Map<String, List<ObservedLoad>> byProgram(List<ObservedLoad> loads) {
    return loads.stream()
        .collect(
            Collectors.groupingBy(load -> load.key().program(), TreeMap::new, Collectors.toList()));
  }

  private static String program(AssignedRevision revision) {
    return revision.namespace() + "/" + revision.name();
  }

  /** Stops listening and reporting. What runs in the kernel goes on. */
  @Override
  public void close() {
    source.close();
    reporter.close();
  }
}
