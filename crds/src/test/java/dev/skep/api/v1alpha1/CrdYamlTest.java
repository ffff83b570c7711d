package dev.skep.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CrdYamlTest {
  private static final Path FOLDER = Path.of("src/main/crds");
  private static final Path INSTALL = Path.of("../config/install");
  private static final Path OLM = Path.of("../config/olm/manifests");
  private static final String COMMAND =
      "mvn -q -pl crds test -Dtest=CrdYamlTest -Dskep.crds.write=true";

  @Test
  @DisplayName("the committed CRDs are what the Java types generate")
  void committedCrdsAreWhatTheTypesGenerate() throws IOException {
    Map<String, String> generated = CrdYaml.generate();
    isWhatIsCommitted(FOLDER, generated);
    try (var files = Files.list(FOLDER)) {
      assertThat(files).hasSize(generated.size());
    }
  }

  @Test
  @DisplayName("the CRDs among the install manifests and in the bundle for OLM are the same")
  void installedCrdsAreTheSame() throws IOException {
    isWhatIsCommitted(OLM, CrdYaml.generate());
    Map<String, String> numbered = CrdYaml.numbered();
    isWhatIsCommitted(INSTALL, numbered);
    try (var files = Files.list(INSTALL)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.contains("-crd-")))
          .containsExactlyInAnyOrderElementsOf(numbered.keySet());
    }
  }

  private static void isWhatIsCommitted(Path folder, Map<String, String> files) throws IOException {
    if (Boolean.getBoolean("skep.crds.write")) {
      CrdYaml.write(folder, files);
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      assertThat(folder.resolve(file.getKey()))
          .as("%s is not what the types generate; run: %s", file.getKey(), COMMAND)
          .hasContent(file.getValue());
    }
  }

  @Test
  @DisplayName("kubectl explain has a text for every field")
  void everyFieldIsDescribed() throws IOException {
    assertThat(CrdYaml.undescribed()).isEmpty();
  }
}
