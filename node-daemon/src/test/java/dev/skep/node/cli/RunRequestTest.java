package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.oci.ResolvedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RunRequestTest {
  private static RunRequest request(String... options) {
    return CommandLine.populateCommand(new RunRequest(), options);
  }

  private static BpfProgramSpec spec(String object, String... options) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(System.getProperty("skep.bpf"), object + ".bpf.o"));
    ResolvedImage image =
        new ResolvedImage(object, "sha256:a", "sha256:b", object + ".bpf.o", bytes, Map.of());
    return request(options).program(image, ObjectInspector.inspect(bytes)).getSpec();
  }

  @Test
  @DisplayName("A global is JSON where all of it is, else a text")
  void globals() throws IOException {
    Map<String, JsonNode> globals =
        spec("entries", "-g", "a=5", "-g", "b=5 apples", "-g", "c=1 2", "-g", "d=true", "-g", "e=")
            .globals();

    assertThat(globals)
        .containsEntry("a", IntNode.valueOf(5))
        .containsEntry("b", TextNode.valueOf("5 apples"))
        .containsEntry("c", TextNode.valueOf("1 2"))
        .containsEntry("d", BooleanNode.TRUE)
        .containsEntry("e", TextNode.valueOf(""));
  }

  @Test
  @DisplayName("Functions of control groups are for all of them, unless one is named")
  void cgroup() throws IOException {
    assertThat(spec("cgroup_skb").programs())
        .allSatisfy(p -> assertThat(p.attach().hook()).isEqualTo(new Cgroup("/")));
    assertThat(spec("cgroup_skb", "--cgroup", "/a").programs())
        .allSatisfy(p -> assertThat(p.attach().hook()).isEqualTo(new Cgroup("/a")));
  }

  @Test
  @DisplayName("Each option but none is a request")
  void given() {
    assertThat(request().given()).isFalse();
    assertThat(request("--cgroup", "/").given()).isTrue();
    assertThat(request("-i", "lo").given()).isTrue();
    assertThat(request("-g", "a=1").given()).isTrue();
    assertThat(request("-a", "f").given()).isTrue();
  }
}
