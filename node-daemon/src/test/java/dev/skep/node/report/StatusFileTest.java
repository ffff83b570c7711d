package dev.skep.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfNodeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusFileTest {
  private static final Map<String, String> REFUSED = Map.of("a.yaml", "no image");

  private @TempDir Path folder;

  @Test
  @DisplayName(
      "a manifest refused at a start leaves what the last daemon said, until there is news")
  void refusedFirst() throws IOException {
    Path file = folder.resolve("status.json");
    new StatusFile(file).write(status("0.1"));
    String before = Files.readString(file);

    StatusFile next = new StatusFile(file);
    next.refused(REFUSED);
    assertThat(Files.readString(file)).isEqualTo(before);

    next.write(status("0.2"));
    assertThat(StatusFile.read(file).refusedManifests()).isEqualTo(REFUSED);
    assertThat(StatusFile.read(file).status()).isEqualTo(status("0.2"));

    next.refused(Map.of());
    assertThat(StatusFile.read(file).refusedManifests()).isEmpty();
  }

  private static BpfNodeStatus status(String version) {
    return new BpfNodeStatus(1L, version, null, null, List.of());
  }
}
