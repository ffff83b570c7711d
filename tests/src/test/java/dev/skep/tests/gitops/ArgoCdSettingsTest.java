package dev.skep.tests.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArgoCdSettingsTest {
  private static final String COMMAND =
      "mvn -q -pl tests -am test -Dtest=ArgoCdSettingsTest -Dskep.argocd.write=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  @ParameterizedTest
  @EnumSource
  @DisplayName("the settings for Argo CD hold the health scripts as they are")
  void settingsHoldTheScripts(HealthScripts scripts) throws IOException {
    if (Boolean.getBoolean("skep.argocd.write")) {
      Files.writeString(scripts.settingsFile(), scripts.settings());
    }
    assertThat(scripts.settingsFile())
        .as("not what the scripts generate; run: %s", COMMAND)
        .hasContent(scripts.settings());
  }

  @Test
  @DisplayName("every kind that has a status has a health script")
  void everyKindWithAStatus() throws IOException {
    List<String> withStatus;
    try (Stream<Path> crds = Files.list(ControlPlane.projectRoot().resolve("crds/src/main/crds"))) {
      withStatus =
          crds.map(ArgoCdSettingsTest::read)
              .filter(crd -> crd.contains("\n      subresources:\n        status:"))
              .map(crd -> crd.replaceAll("(?s).*\n    kind: (\\w+)\n.*", "$1"))
              .toList();
    }
    assertThat(HealthScripts.SKEP.kinds())
        .extracting(folder -> folder.getFileName().toString())
        .hasSizeGreaterThanOrEqualTo(2)
        .containsExactlyInAnyOrderElementsOf(withStatus);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
