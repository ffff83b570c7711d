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
  private static final String COMMAND =
      "mvn -q -pl crds test -Dtest=CrdYamlTest -Dskep.crds.write=true";

  @Test
  @DisplayName("the committed CRDs are what the Java types generate")
  void committedCrdsAreWhatTheTypesGenerate() throws IOException {
    if (Boolean.getBoolean("skep.crds.write")) {
      CrdYaml.write(FOLDER);
    }
    for (Map.Entry<String, String> file : CrdYaml.generate().entrySet()) {
      assertThat(FOLDER.resolve(file.getKey()))
          .as("%s is not what the types generate; run: %s", file.getKey(), COMMAND)
          .hasContent(file.getValue());
    }
    try (var files = Files.list(FOLDER)) {
      assertThat(files).hasSize(CrdYaml.KINDS.size());
    }
  }

  @Test
  @DisplayName("kubectl explain has a text for every field")
  void everyFieldIsDescribed() throws IOException {
    assertThat(CrdYaml.undescribed()).isEmpty();
  }
}
