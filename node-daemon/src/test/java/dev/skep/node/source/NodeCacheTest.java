package dev.skep.node.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.BpfNodeSpec.AssignedRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCacheTest {
  private static final Path OLDER = Path.of("src/test/resources/state/older");
  private static final AssignedRevision LISTS =
      new AssignedRevision("up", "lists", "lists-a08240032b");

  @Test
  @DisplayName("a daemon that starts without an API server goes by what an older version kept")
  void older() {
    isKnown(OLDER);
  }

  @Test
  @DisplayName("a daemon that starts without an API server goes by what a newer version kept")
  void newer(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("revisions"));
    for (String file : new String[] {"node.json", "revisions/up_lists_lists-a08240032b.json"}) {
      Files.writeString(
          folder.resolve(file),
          Files.readString(OLDER.resolve(file)).replace("{\"", "{\"addedLater\":\"1\",\""));
    }
    isKnown(folder);
  }

  private static void isKnown(Path state) {
    NodeCache cache = new NodeCache(state, new ObjectMapper());
    Assignments assignments = cache.assignments().orElseThrow();
    assertThat(assignments.generation()).isEqualTo(3);
    assertThat(assignments.programs()).hasSize(6).contains(LISTS);

    BpfRevisionSpec lists = cache.revision(LISTS).orElseThrow().getSpec();
    assertThat(lists.load()).isEqualTo("09452698f5");
    assertThat(lists.programs().getFirst().section())
        .isEqualTo("tracepoint/syscalls/sys_enter_openat");
    assertThat(lists.maps().getFirst().entries()).hasSize(2);
  }
}
