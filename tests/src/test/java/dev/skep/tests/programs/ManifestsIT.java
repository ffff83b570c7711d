package dev.skep.tests.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest that a user is shown, as {@code kubectl apply --dry-run=server} judges it. */
class ManifestsIT {

  static Stream<Path> manifests() throws IOException {
    Path root = ControlPlane.projectRoot();
    List<Path> found;
    try (var programs = Files.walk(root.resolve("bpf-programs"), 2);
        var samples = Files.list(root.resolve("config/samples"))) {
      found =
          Stream.concat(programs, samples)
              .filter(f -> f.toString().endsWith(".yaml"))
              .map(root::relativize)
              .sorted()
              .toList();
    }
    assertThat(found).hasSizeGreaterThanOrEqualTo(2);
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  @DisplayName("the API server accepts it, and knows every field of it")
  void isAccepted(Path manifest) throws IOException {
    try (KubernetesClient client = ControlPlane.shared().client();
        var content = Files.newInputStream(ControlPlane.projectRoot().resolve(manifest))) {
      client
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName("skep-system")
                  .endMetadata()
                  .build())
          .serverSideApply();
      List<HasMetadata> manifests = client.load(content).items();
      assertThat(manifests).isNotEmpty();
      for (HasMetadata one : manifests) {
        client.resource(one).dryRun().fieldValidation(FieldValidateable.Validation.STRICT).create();
      }
    }
  }
}
