package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.hook.CgroupHook;
import dev.skep.node.hook.Words;
import dev.skep.node.pod.LocalPods;
import dev.skep.node.pod.LocalPods.RunningContainer;
import dev.skep.node.pod.LocalPods.RunningPod;
import dev.skep.node.pod.LocalPods.Selected;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.Glob;
import dev.skep.node.target.Network;
import dev.skep.node.target.WatchedFolders;
import java.util.ArrayList;
import java.util.List;

/** The control groups that a path, a pattern or a selector of pods means now. */
final class CgroupTargets {
  private final Cgroups cgroups;
  private final WatchedFolders folders;
  private final LocalPods pods;

  CgroupTargets(Cgroups cgroups, WatchedFolders folders, LocalPods pods) {
    this.cgroups = cgroups;
    this.folders = folders;
    this.pods = pods;
  }

  Expansion of(String namespace, String function, CgroupHook hook) {
    return hook.pods() == null
        ? byPath(function, hook)
        : byPods(function, hook, pods.select(namespace, hook.pods()));
  }

  private Expansion byPath(String function, CgroupHook hook) {
    // Also of a plain path: so its folders are watched, and it is heard of when it comes or goes.
    List<String> matching = cgroups.matching(hook.path(), folders);
    if (!Glob.isPattern(hook.path())) {
      return Expansion.of(List.of(link(function, hook, "")));
    }
    return matching.isEmpty()
        ? Expansion.none(
            Failure.of(
                Reason.NoTarget,
                "no control group of this node matches "
                    + hook.path()
                    + cgroups.mount().map(mount -> " (below " + mount + ")").orElse(""),
                function))
        : Expansion.of(
            matching.stream().map(path -> link(function, hook.narrowed(path), "")).toList());
  }

  private Expansion byPods(String function, CgroupHook hook, Selected<RunningPod> selected) {
    List<WantedLink> links = new ArrayList<>();
    for (RunningPod pod : selected.found()) {
      if (hook.pods().containers().isEmpty()) {
        links.add(link(function, hook.narrowed(pod.cgroup()), " of pod " + pod.pod()));
      } else {
        for (RunningContainer container : pod.containers()) {
          String of = " of container " + container.name() + " of pod " + pod.pod();
          links.add(link(function, hook.narrowed(container.cgroup()), of));
        }
      }
    }
    return new Expansion(
        links,
        selected.without().stream()
            .map(f -> Failure.of(f.reason(), f.message(), function))
            .toList());
  }

  private WantedLink link(String function, CgroupHook hook, String of) {
    long id = cgroups.id(hook.path()).orElse(0);
    return new WantedLink(function, hook, Words.of(hook) + of, Network.own(), id);
  }
}
