package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.node.target.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {
  private @TempDir Path root;

  @Test
  @DisplayName("the links that lead to a binary are followed from the host's root")
  void links() throws IOException {
    Files.createDirectories(root.resolve("opt/v1"));
    Files.createSymbolicLink(root.resolve("opt/x"), Path.of("v1/x"));
    Files.createSymbolicLink(root.resolve("opt/v1/x"), Path.of("/usr/bin/x"));

    assertThat(places("/opt/x"))
        .containsExactly(
            root.resolve("opt/x"), root.resolve("opt/v1/x"), root.resolve("usr/bin/x"));
  }

  @Test
  @DisplayName("no path and no link leads out of the host's root")
  void stays() throws IOException {
    Files.createSymbolicLink(root.resolve("x"), Path.of("../../etc/x"));

    assertThat(places("/../../x")).containsExactly(root.resolve("x"), root.resolve("etc/x"));
    assertThat(places("/.")).containsExactly(root);
  }

  private List<Path> places(String binary) {
    return new Binaries(null, null, new HostRoot(root, Optional.empty()))
        .places(new Uprobe(binary, "main", null));
  }
}
