package dev.skep.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.hook.Pods;
import dev.skep.node.pod.LocalPods.RunningContainer;
import dev.skep.node.pod.LocalPods.RunningPod;
import dev.skep.node.target.Cgroups;
import dev.skep.node.target.WatchedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods by the files of kubelet and runtime alone, as on a node without an API server. */
class LocalPodsTest {
  private static final String UID = "0b5ff1c1-7d35-4d55-9b53-0d1f5c9a1a11";
  private static final String APP = "a1".repeat(32);
  private static final String SANDBOX = "b2".repeat(32);

  @TempDir Path hierarchy;
  @TempDir Path host;
  private final WatchedFolders folders = new WatchedFolders();

  @AfterEach
  void close() {
    folders.close();
  }

  @Test
  @DisplayName("cgroupfs driver, containerd")
  void cgroupfs() throws IOException {
    String pod = "/kubepods/burstable/pod" + UID;
    cgroup(pod + "/" + APP);
    cgroup(pod + "/" + SANDBOX);
    containerd(APP, "container", "app");
    containerd(SANDBOX, "sandbox", null);

    RunningPod found = only(select("web-*"));
    assertThat(found.pod()).isEqualTo("shop/web-7");
    assertThat(found.cgroup()).isEqualTo(pod);
    assertThat(found.containers())
        .containsExactly(new RunningContainer("app", APP, pod + "/" + APP));
    assertThat(found.sandbox()).contains(pod + "/" + SANDBOX);
  }

  @Test
  @DisplayName("systemd driver, CRI-O, below a cgroup of the kubelet's own")
  void systemd() throws IOException {
    String pod =
        "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
            + "kubelet-kubepods-besteffort-pod"
            + UID.replace('-', '_')
            + ".slice";
    cgroup(pod + "/crio-" + APP + ".scope");
    cgroup(pod + "/crio-conmon-" + APP + ".scope");
    file(
        "run/containers/storage/overlay-containers/%s/userdata/config.json".formatted(APP),
        """
        {"annotations": {"io.kubernetes.cri-o.ContainerType": "container",
          "io.kubernetes.pod.namespace": "shop", "io.kubernetes.pod.name": "web-7",
          "io.kubernetes.container.name": "app"}}
        """);

    RunningPod found = only(select("*"));
    assertThat(found.cgroup()).isEqualTo(pod);
    assertThat(found.containers())
        .containsExactly(new RunningContainer("app", APP, pod + "/crio-" + APP + ".scope"));
  }

  @Test
  @DisplayName("systemd driver: guaranteed and other pods are each found once")
  void systemdSlices() {
    assertThat(PodGroups.uid("/kubepods.slice/kubepods-pod" + UID.replace('-', '_') + ".slice"))
        .contains(UID);
    assertThat(PodGroups.uid("/kubepods/pod" + UID)).contains(UID);
    assertThat(PodGroups.uid("/kubepods.slice/kubepods-burstable.slice")).isEmpty();
    cgroup("/kubepods.slice/kubepods-pod" + UID.replace('-', '_') + ".slice");
    cgroup("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod77.slice");
    PodGroups groups = new PodGroups(Cgroups.at(hierarchy), folders);

    assertThat(groups.all()).extracting(PodGroups.Group::uid).containsExactly(UID, "77");
  }

  @Test
  @DisplayName("a runtime's file that is not whole yet, or no JSON, names nobody, until it does")
  void unreadable() throws IOException {
    cgroup("/kubepods/pod" + UID + "/" + APP);
    file("run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json".formatted(APP), "{");
    assertThat(select("*").found()).isEmpty();

    containerd(APP, "container", "app");
    assertThat(select("*").found()).hasSize(1);
  }

  @Test
  @DisplayName("asked again it reads no file of the runtime again: who a container is stays so")
  void cheap() throws IOException {
    for (int i = 0; i < 100; i++) {
      String id = "%064x".formatted(i);
      cgroup("/kubepods/burstable/pod" + i + "/" + id);
      containerd(id, "container", "app");
    }
    Pods every = new Pods(List.of(), List.of(), null, List.of());
    try (LocalPods pods = new LocalPods(Cgroups.at(hierarchy), folders, PodSource.none(), host)) {
      List<RunningPod> all = pods.select("shop", every).found();
      assertThat(all).hasSize(100);

      try (Stream<Path> files = Files.walk(host)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }

      assertThat(pods.select("shop", every).found()).isEqualTo(all);
    }
  }

  private LocalPods.Selected<RunningPod> select(String name) {
    try (LocalPods pods = new LocalPods(Cgroups.at(hierarchy), folders, PodSource.none(), host)) {
      return pods.select("shop", new Pods(List.of(), List.of(name), null, List.of()));
    }
  }

  private static RunningPod only(LocalPods.Selected<RunningPod> selected) {
    assertThat(selected.without()).isEmpty();
    assertThat(selected.found()).hasSize(1);
    return selected.found().getFirst();
  }

  private void cgroup(String path) {
    assertThat(hierarchy.resolve(path.substring(1)).toFile().mkdirs()).isTrue();
  }

  private void containerd(String id, String type, String name) throws IOException {
    file(
        "run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json".formatted(id),
        """
        {"annotations": {"io.kubernetes.cri.container-type": "%s",
          "io.kubernetes.cri.sandbox-namespace": "shop",
          "io.kubernetes.cri.sandbox-name": "web-7"%s}}
        """
            .formatted(
                type,
                name == null ? "" : ", \"io.kubernetes.cri.container-name\": \"" + name + "\""));
  }

  private void file(String name, String text) throws IOException {
    Files.createDirectories(host.resolve(name).getParent());
    Files.writeString(host.resolve(name), text);
  }
}
