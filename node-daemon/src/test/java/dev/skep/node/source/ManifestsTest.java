package dev.skep.node.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.BpfProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {
  @TempDir private Path folder;
  private Manifests manifests;

  @BeforeEach
  void make() {
    manifests = new Manifests(folder);
  }

  @Test
  @DisplayName("every document of every file is read; what is not a BpfProgram is left out")
  void documents() throws IOException {
    write(
        "a.yaml",
        program("one") + "---\n" + program("two") + "---\n{apiVersion: v2, kind: ConfigMap}\n");
    write("b.yml", program("three"));
    write("notes.txt", program("four"));

    Manifests.Found found = manifests.read();
    assertThat(found.programs()).containsOnlyKeys("default/one", "default/two", "default/three");
    assertThat(found.refused())
        .containsExactly(Map.entry("a.yaml", "apiVersion: v2, kind: ConfigMap is left out"));
  }

  @Test
  @DisplayName("ConfigMaps are known to the programs of their namespace")
  void configMaps() throws IOException {
    write("a.yaml", program("one"));
    write(
        "lists.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lists}\ndata: {bad: '10.0.0.0/8: 1'}\n");

    Manifests.Found found = manifests.read();
    BpfProgram one = found.programs().get("default/one");
    assertThat(found.configMap(one, "lists")).contains(Map.of("bad", "10.0.0.0/8: 1"));
    assertThat(found.configMap(one, "others")).isEmpty();
  }

  @Test
  @DisplayName("a file that is not YAML any more keeps what it said before")
  void slip() throws IOException {
    write("a.yaml", program("one"));
    manifests.read();

    write("a.yaml", "kind: BpfProgram\n  apiVersion: : x");

    for (int i = 0; i < 2; i++) {
      Manifests.Found found = manifests.read();
      assertThat(found.programs()).containsOnlyKeys("default/one");
      assertThat(found.refused().get("a.yaml"))
          .startsWith("not YAML: ")
          .endsWith("; what the file said before goes on");
    }

    write("a.yaml", program("one"));
    assertThat(manifests.read().refused()).isEmpty();
  }

  @Test
  @DisplayName("a file with an unknown enum keeps what it said before too")
  void wrongValue() throws IOException {
    write("a.yaml", program("one"));
    manifests.read();

    write("a.yaml", program("one") + "  mode: Sideways\n");

    assertThat(manifests.read().programs().get("default/one").getSpec().mode().name())
        .isEqualTo("Attach");
  }

  @Test
  @DisplayName("a file with a misspelt or missing field leaves the other files as they are")
  void oneBadFile() throws IOException {
    write("a.yaml", program("one"));
    write("misspelt.yaml", program("two").replace("reference:", "referenc:"));
    write("missing.yaml", program("three").replaceFirst("reference: [^}]*", ""));
    write("unknown.yaml", program("four") + "  nodeSelektor: {}\n");
    write("name.yaml", program("../five"));

    Manifests.Found found = manifests.read();
    assertThat(found.programs()).containsOnlyKeys("default/one");
    assertThat(found.refused())
        .containsOnlyKeys("misspelt.yaml", "missing.yaml", "unknown.yaml", "name.yaml")
        .hasEntrySatisfying("unknown.yaml", why -> assertThat(why).contains("nodeSelektor"));
  }

  @Test
  @DisplayName("a file that goes takes its programs with it")
  void gone() throws IOException {
    write("a.yaml", program("one"));
    manifests.read();

    Files.delete(folder.resolve("a.yaml"));

    assertThat(manifests.read().programs()).isEmpty();
  }

  @Test
  @DisplayName("of two files that name one program the first by name counts")
  void twice() throws IOException {
    write("b.yaml", program("one").replace("x:1", "x:2"));
    write("a.yaml", program("one"));

    Manifests.Found found = manifests.read();
    assertThat(found.programs().get("default/one").getSpec().image().reference()).isEqualTo("x:1");
    assertThat(found.refused())
        .containsExactly(Map.entry("b.yaml", "BpfProgram default/one stands in another file too"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String program(String name) {
    return """
        apiVersion: skep.dev/v1alpha1
        kind: BpfProgram
        metadata: {name: %s}
        spec:
          image: {reference: "x:1"}
        """
        .formatted(name);
  }
}
