package dev.skep.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfNodeSpec.NodeFacts;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.BpfRevisionSpec.ResolvedObject;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.node.source.Assignments;
import dev.skep.node.source.DesiredSource;
import dev.skep.node.source.NodeValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Desired state that a test says. */
final class TestSource implements DesiredSource {
  private final Map<AssignedRevision, BpfRevision> revisions = new HashMap<>();
  private final List<AssignedRevision> assigned = new ArrayList<>();
  private Consumer<Assignments> listener;
  private long generation;
  private NodeFacts facts = NodeFacts.NONE;

  /** Tells the agent what was assigned before it started. */
  private Thread telling;

  private boolean heard = true;

  /** Assigns a revision whose one function f is attached to these hooks. */
  synchronized TestSource program(String name, String revision, String load, Hook... hooks) {
    return program(name, revision, load, Mode.Attach, hooks);
  }

  synchronized TestSource program(
      String name, String revision, String load, Mode mode, Hook... hooks) {
    List<RevisionProgram> programs =
        Stream.of(hooks)
            .map(hook -> new RevisionProgram("f", "section", "tracepoint", Attach.of(hook)))
            .toList();
    return assign(name, revision, load, programs, Map.of(), List.of(), mode);
  }

  /** Assigns a revision with globals and maps, whose one function f is attached to a tracepoint. */
  synchronized TestSource program(
      String name, String revision, Map<String, JsonNode> globals, MapOverride... maps) {
    RevisionProgram f =
        new RevisionProgram("f", "section", "tracepoint", Attach.of(new Tracepoint("a/b")));
    return assign(name, revision, "load", List.of(f), globals, List.of(maps), Mode.Attach);
  }

  /** From now on the node is this. */
  synchronized TestSource node(NodeFacts facts) {
    this.facts = facts;
    return this;
  }

  /** Assigns a revision of these functions. */
  synchronized TestSource functions(String name, String revision, RevisionProgram... programs) {
    return assign(name, revision, revision, List.of(programs), Map.of(), List.of(), Mode.Attach);
  }

  private TestSource assign(
      String name,
      String revision,
      String load,
      List<RevisionProgram> programs,
      Map<String, JsonNode> globals,
      List<MapOverride> maps,
      Mode mode) {
    BpfRevision made = new BpfRevision();
    made.setSpec(
        new BpfRevisionSpec(
            name,
            new ResolvedObject("image", "sha256:a", "sha256:b", 1),
            load,
            programs,
            globals,
            maps,
            null,
            List.of(),
            mode));
    AssignedRevision assignment = new AssignedRevision("ns", name, revision);
    remove(name);
    assigned.add(assignment);
    revisions.put(assignment, made);
    return this;
  }

  /** Assigns a revision that nobody can make sense of: a program without a hook. */
  synchronized TestSource broken(String name, String revision) {
    RevisionProgram f = new RevisionProgram("f", "section", "tracepoint", Attach.of(null));
    return assign(name, revision, "load", List.of(f), Map.of(), List.of(), Mode.Attach);
  }

  synchronized TestSource remove(String name) {
    assigned.removeIf(a -> a.name().equals(name));
    return this;
  }

  /** An agent that starts hears nothing, not even that nothing is assigned, until it is told. */
  synchronized TestSource away() {
    heard = false;
    return this;
  }

  /** Tells the agent. */
  void apply() {
    Assignments now;
    synchronized (this) {
      now = new Assignments(++generation, assigned, facts);
    }
    listener.accept(now);
  }

  /** Whether the agent was told what was assigned before it started, and does not listen yet. */
  boolean waits() {
    return telling.getState() == Thread.State.BLOCKED;
  }

  /** Tells the agent once more what it was told last. */
  void tellAgain() {
    Assignments now;
    synchronized (this) {
      now = new Assignments(generation, assigned, facts);
    }
    listener.accept(now);
  }

  @Override
  public void start(Consumer<Assignments> listener) {
    this.listener = listener;
    telling = Thread.ofPlatform().unstarted(this::apply);
    if (heard) {
      telling.start();
    }
  }

  @Override
  public synchronized BpfRevision revision(AssignedRevision revision) {
    BpfRevision known = revisions.get(revision);
    if (known == null) {
      throw Failure.of(Reason.FetchFailed, "no such revision").toException();
    }
    return known;
  }

  @Override
  public byte[] object(BpfRevision revision) {
    return new byte[0];
  }

  @Override
  public synchronized NodeValues node() {
    return new NodeValues(
        "n",
        Optional.ofNullable(facts.internalIP()),
        Optional.ofNullable(facts.externalIP()),
        facts.labels());
  }

  @Override
  public boolean connected() {
    return true;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
