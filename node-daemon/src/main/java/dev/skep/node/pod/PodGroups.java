package dev.skep.node.pod;

import dev.skep.node.target.Cgroups;
import dev.skep.node.target.WatchedFolders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The control groups that the kubelet makes for pods, and the runtime for their containers. */
final class PodGroups {
  /** By the two drivers, cgroupfs and systemd, each also below a cgroup of the kubelet's own. */
  private static final List<String> POD_FOLDERS =
      List.of(
          "/kubepods/pod*",
          "/kubepods/*/pod*",
          "/kubepods.slice/kubepods-pod*.slice",
          "/kubepods.slice/kubepods-*.slice/kubepods-*-pod*.slice",
          "/*/kubepods/pod*",
          "/*/kubepods/*/pod*",
          "/*/*-kubepods.slice/*-pod*.slice",
          "/*/*-kubepods.slice/*-kubepods-*.slice/*-pod*.slice");

  /** pod then the uid, in which systemd has _ for -. */
  private static final Pattern POD = Pattern.compile("(?:^|-)pod([0-9a-f_-]+?)(?:\\.slice)?$");

  private static final Pattern CONTAINER =
      Pattern.compile("^(?:(?:cri-containerd|crio|docker)-)?([0-9a-f]{64})(?:\\.scope)?$");

  private final Cgroups cgroups;
  private final WatchedFolders folders;

  PodGroups(Cgroups cgroups, WatchedFolders folders) {
    this.cgroups = cgroups;
    this.folders = folders;
  }

  /**
   * A pod's control group.
   *
   * @param path from the hierarchy's root
   * @param containers paths by the runtime's id, the pod's sandbox among them
   */
  record Group(String uid, String path, SortedMap<String, String> containers) {}

  /** Those that are there now. */
  List<Group> all() {
    List<Group> groups = new ArrayList<>();
    for (String pattern : POD_FOLDERS) {
      for (String path : cgroups.matching(pattern, folders)) {
        uid(path).ifPresent(uid -> groups.add(new Group(uid, path, containers(path))));
      }
    }
    return groups;
  }

  private SortedMap<String, String> containers(String pod) {
    SortedMap<String, String> containers = new TreeMap<>();
    folders.in(cgroups.folder(pod)).stream()
        .flatMap(Set::stream)
        .map(name -> Map.entry(name, CONTAINER.matcher(name)))
        .filter(e -> e.getValue().matches())
        .forEach(e -> containers.put(e.getValue().group(1), pod + "/" + e.getKey()));
    return containers;
  }

  static Optional<String> uid(String path) {
    Matcher name = POD.matcher(path.substring(path.lastIndexOf('/') + 1));
    return name.find() ? Optional.of(name.group(1).replace('_', '-')) : Optional.empty();
  }
}
