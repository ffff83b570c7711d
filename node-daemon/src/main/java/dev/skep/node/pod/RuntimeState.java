package dev.skep.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a container runtime's files say of a container: containerd's and CRI-O's annotations in its
 * OCI specification, which is there before the container's control group is.
 */
final class RuntimeState {
  private static final long LARGEST_FILE = 4 << 20;
  private static final List<String> FILES =
      List.of(
          "run/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json",
          "run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/%s/config.json",
          "run/containers/storage/overlay-containers/%s/userdata/config.json");

  private final Path root;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Optional<Container>> known = new ConcurrentHashMap<>();

  /**
   * @param root the host's root folder
   */
  RuntimeState(Path root) {
    this.root = root;
  }

  /**
   * A container of a pod.
   *
   * @param name empty for the pod's sandbox, which is no container of its specification
   */
  record Container(String podNamespace, String podName, Optional<String> name) {
    boolean sandbox() {
      return name.isEmpty();
    }
  }

  /** Whose container this is; empty when no file of a runtime's tells. */
  Optional<Container> container(String id) {
    Optional<Container> container = known.get(id);
    if (container == null) {
      container = read(id);
      container.ifPresent(found -> known.put(id, Optional.of(found)));
    }
    return container;
  }

  /** Forgets all but these. */
  void keep(Collection<String> ids) {
    known.keySet().retainAll(ids);
  }

  private Optional<Container> read(String id) {
    for (String name : FILES) {
      Path file = root.resolve(name.formatted(id));
      try {
        if (Files.size(file) <= LARGEST_FILE) {
          return container(json.readTree(Files.readAllBytes(file)).path("annotations"));
        }
      } catch (IOException absent) {
        continue;
      }
    }
    return Optional.empty();
  }

  static Optional<Container> container(JsonNode annotations) {
    String type =
        first(annotations, "io.kubernetes.cri.container-type", "io.kubernetes.cri-o.ContainerType");
    String namespace =
        first(annotations, "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace");
    String pod = first(annotations, "io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name");
    String name =
        first(annotations, "io.kubernetes.cri.container-name", "io.kubernetes.container.name");
    if (type == null || namespace == null || pod == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Container(
            namespace,
            pod,
            type.equals("sandbox") ? Optional.empty() : Optional.of(name == null ? "" : name)));
  }

  private static String first(JsonNode annotations, String... keys) {
    for (String key : keys) {
      if (annotations.path(key).isTextual()) {
        return annotations.path(key).asText();
      }
    }
    return null;
  }
}
