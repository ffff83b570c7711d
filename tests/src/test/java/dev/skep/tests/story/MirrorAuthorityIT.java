package dev.skep.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whom a daemon trusts for the mirror before a kubelet has brought it. */
class MirrorAuthorityIT {
  private final Stack stack;

  MirrorAuthorityIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @AfterEach
  void asBefore() {
    stack.deletePrograms();
    say(Map.of());
    stack.daemon().kill();
    stack.startDaemon();
  }

  @Test
  @DisplayName("the daemon reads it from the API server, with its account's own rights")
  void askedOfTheApiServer() {
    stack.daemon().kill();
    Path objects = stack.folder().resolve("state/objects");
    if (Files.exists(objects)) {
      TestImages.deleteAll(objects);
    }
    String image = stack.registry().address() + "/authority/tp:v1";
    TestImages.push(image, Map.of("tp.bpf.o", TestImages.object("tp")));
    stack.startDaemonBy(
        List.of(
            "sh",
            "-c",
            "exec \"$0\" \"$@\" --mirror-ca /nowhere/ca.crt --mirror-ca-configmap skep-mirror-ca",
            ControlPlane.projectRoot().resolve("scripts/skep").toString()));

    stack.apply("authority", "image: {reference: " + image + "}");
    var failed =
        stack.await("authority", Duration.ofSeconds(20), s -> !s.failures().isEmpty()).failures();
    assertThat(failed.getFirst().message())
        .contains("is empty: the operator has not said yet whom to trust");

    say(Map.of("ca.crt", authority()));
    stack.awaitReady("authority");
  }

  /** As the operator does: the ConfigMap comes empty with the installation. */
  private void say(Map<String, String> data) {
    stack
        .client()
        .configMaps()
        .inNamespace("skep-system")
        .withName("skep-mirror-ca")
        .edit(c -> new ConfigMapBuilder(c).withData(data).build());
  }

  private String authority() {
    String encoded = stack.client().getConfiguration().getCaCertData();
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }
}
