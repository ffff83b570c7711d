package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** What one node runs, as its kernel shows it; written by that node's daemon. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BpfNodeStatus(
    @JsonPropertyDescription("The generation of spec that this status speaks of.")
        Long observedGeneration,
    @JsonPropertyDescription("Version of the daemon.") String daemonVersion,
    @JsonPropertyDescription(
            "Programs in a word, e.g. 3 attached, 1 failed; or why the node can run none.")
        String summary,
    @JsonPropertyDescription("What the kernel is and can do.") KernelFacts kernel,
    @JsonPropertyDescription("Each program of this node.") List<ProgramState> programs) {

  public BpfNodeStatus {
    programs = programs == null ? List.of() : List.copyOf(programs);
  }

  /** What a kernel is and can do. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record KernelFacts(
      @JsonPropertyDescription("uname -r.") String release,
      @JsonPropertyDescription("Architecture as OCI names it: amd64, arm64.") String architecture,
      @JsonPropertyDescription("The kernel carries its own BTF.") Boolean btf,
      @JsonPropertyDescription("Mount point of cgroup v2, if it is mounted.") String cgroup2,
      @JsonPropertyDescription("Programs are compiled to machine code.") Boolean jit,
      @JsonPropertyDescription("Linux Security Modules that are active, where the kernel tells.")
          List<String> lsms,
      @JsonPropertyDescription(
              "Kinds of programs it takes, as their SEC() names them: fentry, cgroup/connect4, ….")
          List<String> programTypes,
      @JsonPropertyDescription("Map types it makes.") List<String> mapTypes,
      @JsonPropertyDescription("Hooks of this API that it can attach.") List<String> hooks) {
    public KernelFacts {
      lsms = lsms == null ? List.of() : List.copyOf(lsms);
      programTypes = programTypes == null ? List.of() : List.copyOf(programTypes);
      mapTypes = mapTypes == null ? List.of() : List.copyOf(mapTypes);
      hooks = hooks == null ? List.of() : List.copyOf(hooks);
    }
  }

  /** Where one program stands on this node. */
  public enum State {
    /** Every wanted link was seen in the kernel. */
    Attached,
    /** Loaded and, as mode Verify wants it, attached nowhere. */
    Loaded,
    /** On the way, or waiting for something that may come. */
    Pending,
    /** Not as wanted; reason and message say why. What ran before still runs. */
    Failed,
    /** This kernel cannot run it; reason and message say what is missing. */
    Incompatible,
    /** Nothing runs, as mode Suspend wants it. */
    Suspended,
    /** Loading it ended the daemon; it is not tried again. */
    Quarantined
  }

  /** One program of this node. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ProgramState(
      @Required @JsonPropertyDescription("Namespace of the BpfProgram.") String namespace,
      @Required @JsonPropertyDescription("Name of the BpfProgram.") String name,
      @Required @JsonPropertyDescription("The BpfRevision this row speaks of.") String revision,
      @Required @JsonPropertyDescription("Where it stands.") State state,
      @JsonPropertyDescription("The kind of failure.") Reason reason,
      @JsonPropertyDescription("The cause in words.") String message,
      @JsonPropertyDescription("The function concerned, if one is.") String function,
      @JsonPropertyDescription("What the kernel shows, by function.") List<FunctionState> functions,
      @JsonPropertyDescription("The object's maps in the kernel.") List<MapState> maps) {
    public ProgramState {
      functions = functions == null ? List.of() : List.copyOf(functions);
      maps = maps == null ? List.of() : List.copyOf(maps);
    }

    /** The same with another message. */
    public ProgramState saying(String message) {
      return new ProgramState(
          namespace, name, revision, state, reason, message, function, functions, maps);
    }
  }

  /** One function in the kernel, or one that this node goes without. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record FunctionState(
      @Required @JsonPropertyDescription("ELF symbol.") String function,
      @JsonPropertyDescription("The kernel's program id, as bpftool prog shows it.")
          Integer programId,
      @JsonPropertyDescription("Links, as bpftool link shows them; the first 32 of more.")
          List<LinkState> links,
      @JsonPropertyDescription("How many more links there are.") Integer moreLinks,
      @JsonPropertyDescription("Runs per second since the last write.") Double runsPerSecond,
      @JsonPropertyDescription("Mean time of one run, nanoseconds.") Long nanosecondsPerRun,
      @JsonPropertyDescription("Why it is not loaded or not attached, though the program goes on.")
          Reason reason,
      @JsonPropertyDescription("The same in words, and what runs in its place.") String message) {
    /** Of a function with more links so many are listed: a node's object has room for 1.5 MB. */
    private static final int LISTED = 32;

    public FunctionState {
      links = links == null ? List.of() : List.copyOf(links);
      int more = (moreLinks == null ? 0 : moreLinks) + Math.max(0, links.size() - LISTED);
      moreLinks = more == 0 ? null : more;
      links = links.subList(0, Math.min(links.size(), LISTED));
    }

    /** Links, listed or not. */
    public int linkCount() {
      return links.size() + (moreLinks == null ? 0 : moreLinks);
    }

    /** A function that nothing is wrong with. */
    public FunctionState(
        String function,
        Integer programId,
        List<LinkState> links,
        Double runsPerSecond,
        Long nanosecondsPerRun) {
      this(function, programId, links, null, runsPerSecond, nanosecondsPerRun, null, null);
    }

    /** The same with what is wrong. */
    public FunctionState without(Reason reason, String message) {
      return new FunctionState(
          function, programId, links, moreLinks, runsPerSecond, nanosecondsPerRun, reason, message);
    }
  }

  /** One link in the kernel. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LinkState(
      @Required @JsonPropertyDescription("The kernel's link id.") Integer id,
      @JsonPropertyDescription("What it is attached to, e.g. xdp eth0.") String target) {}

  /** One map in the kernel. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record MapState(
      @Required @JsonPropertyDescription("Name in the object.") String name,
      @JsonPropertyDescription("The kernel's map id.") Integer id,
      @JsonPropertyDescription("Type, as the kernel names it: hash, array, ….") String type,
      @JsonPropertyDescription("Entries it can hold.") Long maxEntries,
      @JsonPropertyDescription("Kernel memory, bytes.") Long bytes) {}
}
