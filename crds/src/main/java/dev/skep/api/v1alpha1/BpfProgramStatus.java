package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What runs where, and why something does not. Says what the kernels show. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BpfProgramStatus(
    @JsonPropertyDescription(
            "The generation of spec that this status speaks of; -1 before the operator's first word.")
        Long observedGeneration,
    @JsonPropertyDescription("One word for the whole.") Phase phase,
    @JsonPropertyDescription("Digest of the image's manifest that runs.") String digest,
    @JsonPropertyDescription("The BpfRevision that nodes run or are going to run.") String revision,
    @JsonPropertyDescription("The BpfRevision before it, if any.") String previousRevision,
    @JsonPropertyDescription("How many nodes, by state.") Nodes nodes,
    @JsonPropertyDescription("Runs per second, all functions and nodes together.")
        Long runsPerSecond,
    @JsonPropertyDescription("Mean time of one run, nanoseconds, over all functions and nodes.")
        Long nanosecondsPerRun,
    @JsonPropertyDescription("Kernel memory of the object's maps, bytes, all nodes together.")
        Long mapMemoryBytes,
    @JsonPropertyDescription(
            "Cost by function, summed over nodes; at most once a minute and only when it moved by a"
                + " tenth.")
        List<Usage> usage,
    @JsonPropertyDescription(
            "What went wrong, a row for each cause, not for each node; at most 20.")
        List<FailureGroup> failures,
    @JsonPropertyDescription(
            "Functions that nodes go without though the program is as wanted, a row for each cause:"
                + " optional ones, and those that another one stands in for; at most 20.")
        List<FailureGroup> leftOut,
    @JsonPropertyDescription(
            "Ready, Progressing, Degraded and Admitted; and Stalled while it will not become ready by"
                + " itself.")
        List<Condition> conditions) {

  public BpfProgramStatus {
    usage = usage == null ? List.of() : List.copyOf(usage);
    failures = failures == null ? List.of() : List.copyOf(failures);
    leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** One word for the whole. */
  public enum Phase {
    Pending,
    RollingOut,
    Ready,
    Degraded,
    Suspended,
    Rejected,
    Terminating
  }

  /** Nodes by state; desired is the sum of ready, failed, pending, unknown and incompatible. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Nodes(
      @JsonPropertyDescription("Nodes that match the selector.") int desired,
      @JsonPropertyDescription("Nodes told to run the current revision.") int updated,
      @JsonPropertyDescription(
              "Nodes whose kernel shows every wanted link of the current revision.")
          int ready,
      @JsonPropertyDescription("Nodes where it failed.") int failed,
      @JsonPropertyDescription("Nodes that have not said yet.") int pending,
      @JsonPropertyDescription("Nodes whose daemon has not been heard of for 60 s.") int unknown,
      @JsonPropertyDescription("Nodes whose kernel cannot run it.") int incompatible) {}

  /** What one function costs over all nodes. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Usage(
      @JsonPropertyDescription("The function.") String function,
      @JsonPropertyDescription("Runs per second, all nodes together.") Double runsPerSecond,
      @JsonPropertyDescription("Mean time of one run, nanoseconds.") Long nanosecondsPerRun,
      @JsonPropertyDescription("The node where it takes the most time.") String busiestNode) {}

  /** One cause, and the nodes that share it. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record FailureGroup(
      @JsonPropertyDescription("The kind of failure, from a fixed list.") Reason reason,
      @JsonPropertyDescription("The function concerned, if one is.") String function,
      @JsonPropertyDescription("The cause, in words, and what to do.") String message,
      @JsonPropertyDescription("Nodes that share it.") Integer nodes,
      @JsonPropertyDescription("Kernel releases of those nodes, at most 5.") List<String> kernels,
      @JsonPropertyDescription("Names of some of those nodes, at most 5.") List<String> examples) {
    public FailureGroup {
      kernels = kernels == null ? List.of() : List.copyOf(kernels);
      examples = examples == null ? List.of() : List.copyOf(examples);
    }
  }
}
