package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.BinaryHook;
import dev.skep.node.hook.Words;
import dev.skep.node.kernel.Binaries.FileId;
import dev.skep.node.pod.LocalPods;
import dev.skep.node.pod.LocalPods.RunningContainer;
import dev.skep.node.pod.LocalPods.RunningPod;
import dev.skep.node.pod.LocalPods.Selected;
import dev.skep.node.target.Network;
import dev.skep.node.target.WatchedFolders;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The binaries that a path means on the node, or in the containers of pods. A probe is of a file,
 * in whichever process: pods that share one, since they run one image, share one link, which is
 * named by one of them.
 */
final class BinaryTargets {
  /** More than the containers and attachments of one node; what is beyond is looked up again. */
  private static final int KEPT = 4096;

  private final LocalPods pods;
  private final Binaries binaries;
  private final WatchedFolders folders;
  private final Map<Object, FileId> files = kept();
  private final Map<Object, Map<FileId, String>> names = kept();

  /**
   * @param folders watches the binaries of the node
   */
  BinaryTargets(LocalPods pods, Binaries binaries, WatchedFolders folders) {
    this.pods = pods;
    this.binaries = binaries;
    this.folders = folders;
  }

  /** One container's copy of a file. */
  private record Place(RunningPod pod, RunningContainer container, ContainerFile file) {}

  Expansion of(String namespace, String function, BinaryHook hook) {
    if (hook.pods() == null) {
      return Expansion.of(List.of(onHost(function, hook)));
    }
    Selected<RunningPod> selected = pods.select(namespace, hook.pods());
    Map<FileId, TreeMap<String, Place>> places = new LinkedHashMap<>();
    Failure without = selected.without().orElse(null);
    for (RunningPod pod : selected.found()) {
      for (RunningContainer container : pod.containers()) {
        Place place =
            new Place(pod, container, new ContainerFile(container.cgroup(), hook.binary()));
        try {
          file(place)
              .ifPresent(
                  file ->
                      places
                          .computeIfAbsent(file, f -> new TreeMap<>())
                          .putIfAbsent(pod.pod(), place));
        } catch (Refusal refusal) {
          without = of(refusal.failure(), place);
        }
      }
    }
    if (places.isEmpty()) {
      Failure why = without == null ? notYet(hook, selected.found()) : without;
      return Expansion.none(Failure.of(why.reason(), why.message(), function));
    }
    List<WantedLink> links = new ArrayList<>();
    name(List.of(namespace, hook.pods(), hook.binary()), places)
        .forEach((file, pod) -> links.add(link(function, hook, file, places.get(file).get(pod))));
    return Expansion.of(links);
  }

  /**
   * A probe is of a file, and a package manager puts another one in its place: then it is another
   * link, and the old one, of a file that no new process has, follows it.
   */
  private WantedLink onHost(String function, BinaryHook hook) {
    binaries.places(hook).forEach(folders::watch);
    return binaries
        .id(hook)
        .map(
            file ->
                new WantedLink(
                    function, hook, words(hook, "", file), Network.own(), file.instance()))
        .orElseGet(() -> WantedLink.of(function, hook));
  }

  /** What the file is; empty while the container does not run. */
  private Optional<FileId> file(Place place) {
    Object key = List.of(place.container().id(), place.file().path());
    FileId known = files.get(key);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<FileId> file = binaries.id(place.file());
    if (file.isPresent()) {
      files.put(key, file.get());
      pods.came(place.container().cgroup());
    } else {
      pods.waitFor(place.container().cgroup());
    }
    return file;
  }

  /**
   * Each file by the pod that it was named by before, while that has it: or it were another link.
   */
  private Map<FileId, String> name(Object asked, Map<FileId, TreeMap<String, Place>> places) {
    Map<FileId, String> before = names.getOrDefault(asked, Map.of());
    Map<FileId, String> now = new LinkedHashMap<>();
    places.forEach(
        (file, pods) -> {
          String name = before.get(file);
          now.put(file, name != null && pods.containsKey(name) ? name : pods.firstKey());
        });
    names.put(asked, Map.copyOf(now));
    return now;
  }

  private static WantedLink link(String function, BinaryHook hook, FileId file, Place place) {
    return new WantedLink(
        function,
        hook.narrowed(place.file().toString()),
        words(hook.narrowed(hook.binary()), " in pod " + place.pod().pod(), file),
        Network.own());
  }

  private static String words(BinaryHook hook, String where, FileId file) {
    return "%s%s, inode %d".formatted(Words.of(hook), where, file.inode());
  }

  /** A binary that some container of a pod has not is no fault of the node's. */
  private static Failure of(Failure failure, Place place) {
    return Failure.of(
        failure.reason() == Reason.BinaryNotFound ? Reason.NoTarget : failure.reason(),
        failure
            .message()
            .replace(
                Binaries.IN_CONTAINER,
                "in container %s of pod %s"
                    .formatted(place.container().name(), place.pod().pod())));
  }

  private static Failure notYet(BinaryHook hook, List<RunningPod> pods) {
    return Failure.of(
        Reason.NoTarget,
        "binary %s: no container of pod %s runs yet"
            .formatted(hook.binary(), pods.getFirst().pod()));
  }

  private static <K, V> Map<K, V> kept() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > KEPT;
          }
        });
  }
}
