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
import java.util.stream.Collectors;

/** The control groups that a path, a pattern or a selector of pods means now. */
final class CgroupTargets {
  /** Of what is there instead so many are named. */
  private static final int SAID = 6;

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
                    + cgroups.mount().map(mount -> " (below " + mount + ")").orElse("")
                    + instead(hook.path()),
                function))
        : Expansion.of(
            matching.stream().map(path -> link(function, hook.narrowed(path), "")).toList());
  }

  /** What is there in the last folder of the pattern that is plain. */
  private String instead(String pattern) {
    String folder = "/";
    for (String name : pattern.split("/")) {
      if (name.isEmpty()) {
        continue;
      }
      String next = (folder.equals("/") ? "" : folder) + "/" + name;
      if (Glob.isPattern(name) || cgroups.matching(next, folders).isEmpty()) {
        break;
      }
      folder = next;
    }
    List<String> there = cgroups.matching(folder + "/*", folders);
    return there.isEmpty()
        ? "; in " + folder + " there is none"
        : "; in %s there is %s%s"
            .formatted(
                folder,
                there.stream()
                    .limit(SAID)
                    .map(path -> path.substring(path.lastIndexOf('/') + 1))
                    .collect(Collectors.joining(", ")),
                there.size() > SAID ? " and " + (there.size() - SAID) + " more" : "");
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
