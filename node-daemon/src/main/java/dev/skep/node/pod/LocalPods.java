package dev.skep.node.pod;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.Pods;
import dev.skep.node.pod.PodGroups.Group;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.Network;
import dev.skep.node.target.PodNetworks;
import dev.skep.node.target.PodNetworks.PodNetwork;
import dev.skep.node.target.WatchedFolders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;

/**
 * The pods that run on this node now: those whose control groups are there. Who they are says the
 * API server, and of those it does not know (yet), or where there is none, the container runtime.
 */
public final class LocalPods implements AutoCloseable {
  /** Names in one message. */
  private static final int SHOWN = 8;

  private final PodGroups groups;
  private final Cgroups cgroups;
  private final PodSource source;
  private final RuntimeState runtime;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Latecomers latecomers = new Latecomers(this::changed);

  /**
   * @param folders watches the control groups
   * @param hostRoot the host's root folder
   */
  public LocalPods(Cgroups cgroups, WatchedFolders folders, PodSource source, Path hostRoot) {
    this.groups = new PodGroups(cgroups, folders);
    this.cgroups = cgroups;
    this.source = source;
    this.runtime = new RuntimeState(hostRoot);
  }

  /**
   * A pod that runs here.
   *
   * @param pod in words: namespace/name
   * @param cgroup its own, of which those of its containers are part
   * @param containers those that were asked for, as far as they run
   * @param sandbox the control group of what keeps the pod's namespaces, where that is known
   */
  public record RunningPod(
      String pod, String cgroup, List<RunningContainer> containers, Optional<String> sandbox) {}

  /** A container that runs here. */
  public record RunningContainer(String name, String id, String cgroup) {}

  /**
   * What a selector selects now.
   *
   * @param without why there is nothing of what was asked for
   */
  public record Selected<T>(List<T> found, Optional<Failure> without) {}

  /**
   * Called after what is known of pods may have changed; the coming and going of control groups is
   * told by those that watch them.
   */
  public void onChanged(Runnable listener) {
    listeners.add(listener);
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  /** What runs in this control group is not to be seen yet: have it looked at again. */
  public void waitFor(String cgroup) {
    latecomers.waitFor(cgroup);
  }

  /** What was waited for is there. */
  public void came(String cgroup) {
    latecomers.came(cgroup);
  }

  /**
   * The pods that a selector means, sorted by name.
   *
   * @param namespace of the BpfProgram, whose own pods are meant where no other one is named
   */
  public Selected<RunningPod> select(String namespace, Pods pods) {
    source.wanted(this::changed);
    PodSelector selector = new PodSelector(namespace, pods);
    List<RunningPod> selected = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Group group : groups.all()) {
      ids.addAll(group.containers().keySet());
      Optional<LocalPod> pod = source.pod(group.uid()).or(() -> byRuntime(group));
      if (pod.filter(selector::matches).isPresent()) {
        selected.add(running(pod.get(), group, selector));
      } else {
        pod.ifPresent(p -> others.add(p.words()));
      }
    }
    runtime.keep(ids);
    selected.sort(Comparator.comparing(RunningPod::pod));
    return selected.isEmpty()
        ? new Selected<>(List.of(), Optional.of(none(selector, others)))
        : new Selected<>(List.copyOf(selected), withoutContainer(selector, selected));
  }

  private Optional<LocalPod> byRuntime(Group group) {
    return group.containers().keySet().stream()
        .flatMap(id -> runtime.container(id).stream())
        .findFirst()
        .map(c -> new LocalPod(group.uid(), c.podNamespace(), c.podName(), null, Map.of()));
  }

  private RunningPod running(LocalPod pod, Group group, PodSelector selector) {
    List<RunningContainer> containers = new ArrayList<>();
    Optional<String> sandbox = Optional.empty();
    for (Map.Entry<String, String> entry : group.containers().entrySet()) {
      Optional<RuntimeState.Container> known = runtime.container(entry.getKey());
      if (known.isPresent() && known.get().sandbox()) {
        sandbox = Optional.of(entry.getValue());
        continue;
      }
      Optional<String> name =
          known
              .flatMap(RuntimeState.Container::name)
              .or(() -> Optional.ofNullable(pod.containers().get(entry.getKey())));
      // What nobody knows may be the sandbox.
      if (name.isPresent() && selector.matches(name)) {
        containers.add(new RunningContainer(name.get(), entry.getKey(), entry.getValue()));
      }
    }
    containers.sort(Comparator.comparing(RunningContainer::name));
    return new RunningPod(pod.words(), group.path(), List.copyOf(containers), sandbox);
  }

  private Failure none(PodSelector selector, List<String> others) {
    Optional<String> unknown = selector.asksForLabels() ? source.withoutLabels() : Optional.empty();
    if (unknown.isPresent()) {
      return Failure.of(Reason.NoTarget, "pods of " + selector.words() + ": " + unknown.get());
    }
    Optional<LocalPod> starting =
        StreamSupport.stream(source.all().spliterator(), false)
            .filter(selector::matches)
            .findFirst();
    return Failure.of(
        Reason.NoTarget,
        starting
            .map(p -> "pod " + p.words() + " does not run on this node: it has no control group")
            .orElseGet(() -> "no pod of this node is of " + selector.words() + here(others)));
  }

  private static String here(List<String> others) {
    return others.isEmpty()
        ? "; there are none"
        : "; there are "
            + String.join(", ", others.stream().sorted().limit(SHOWN).toList())
            + (others.size() > SHOWN ? " and %d more".formatted(others.size() - SHOWN) : "");
  }

  private static Optional<Failure> withoutContainer(PodSelector selector, List<RunningPod> pods) {
    return selector.pods().containers().isEmpty()
            || pods.stream().anyMatch(pod -> !pod.containers().isEmpty())
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                Reason.NoTarget,
                "no container of name "
                    + String.join(" or ", selector.pods().containers())
                    + " runs in pod "
                    + pods.getFirst().pod()
                    + (pods.size() > 1 ? " and %d more".formatted(pods.size() - 1) : "")));
  }

  /**
   * The network namespaces of the pods that a selector means. A pod in the host's network has none
   * of its own, and its interfaces are not its.
   */
  public PodNetworks.Found networks(String namespace, Pods pods) {
    Selected<RunningPod> selected = select(namespace, pods);
    List<PodNetwork> networks = new ArrayList<>();
    Failure without = selected.without().orElse(null);
    for (RunningPod pod : selected.found()) {
      List<Integer> processes = processes(pod);
      Optional<Network> network = network(processes);
      if (network.isPresent() && !network.get().inOwn()) {
        networks.add(new PodNetwork(pod.pod(), network.get()));
        came(pod.cgroup());
      } else {
        // Until the runtime has made the pod's, its first process is in the host's.
        waitFor(pod.cgroup());
        without =
            network.isPresent()
                ? Failure.of(
                    Reason.NoTarget,
                    "pod " + pod.pod() + " is in the host's network: name interfaces of the host")
                : unseen(pod, processes);
      }
    }
    return new PodNetworks.Found(
        networks, networks.isEmpty() ? Optional.ofNullable(without) : Optional.empty());
  }

  /** Whose processes are there, though not to be looked into, is asked for in vain. */
  private static Failure unseen(RunningPod pod, List<Integer> processes) {
    Optional<Failure> notGiven =
        processes.isEmpty()
            ? Optional.empty()
            : Capabilities.own()
                .refusal("to see the network of pod " + pod.pod(), Capability.SYS_PTRACE);
    return notGiven.orElseGet(
        () ->
            Failure.of(
                Reason.NoTarget,
                "no process of pod " + pod.pod() + " can be seen, nor its network"));
  }

  /** First the process that lives as long as the pod, where it is known. */
  private List<Integer> processes(RunningPod pod) {
    List<String> places = new ArrayList<>(pod.sandbox().stream().toList());
    pod.containers().forEach(c -> places.add(c.cgroup()));
    places.add(pod.cgroup());
    return places.stream().flatMap(cgroup -> cgroups.processes(cgroup).stream()).toList();
  }

  private static Optional<Network> network(List<Integer> processes) {
    return processes.stream()
        .flatMap(pid -> Network.of(Path.of("/proc/" + pid + "/ns/net")).stream())
        .findFirst();
  }

  @Override
  public void close() {
    latecomers.close();
    source.close();
  }
}
