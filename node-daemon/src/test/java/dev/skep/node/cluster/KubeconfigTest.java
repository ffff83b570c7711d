package dev.skep.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("the current context counts; a token file is read beside the kubeconfig")
  void token() throws IOException {
    Files.writeString(folder.resolve("token"), "secret\n");

    Access access = Access.find(Optional.of(file("tokenFile: token", "")), Map.of());

    assertThat(access.server()).hasToString("https://10.0.0.1:6443");
    assertThat(access.token().get()).contains("secret");
  }

  @Test
  @DisplayName("KUBECONFIG counts where no file is named")
  void environment() throws IOException {
    Path file = file("token: abc", "");

    Access access = Access.find(Optional.empty(), Map.of("KUBECONFIG", file.toString()));

    assertThat(access.token().get()).contains("abc");
  }

  @Test
  @DisplayName("what is not supported is refused in words, not tried in vain")
  void unsupported() throws IOException {
    Path plugin = file("exec: {command: aws}", "");
    assertThatThrownBy(() -> Kubeconfig.read(plugin))
        .hasMessageContaining("users of kind exec are not supported");
    Path blind = file("token: abc", ", insecure-skip-tls-verify: true");
    assertThatThrownBy(() -> Kubeconfig.read(blind))
        .hasMessageContaining("give the cluster's certificate-authority");
  }

  @Test
  @DisplayName("a context that is not there is named")
  void missing() throws IOException {
    Path file = folder.resolve("config");
    Files.writeString(file, "current-context: gone\ncontexts: []\n");

    assertThatThrownBy(() -> Kubeconfig.read(file))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("there is no context \"gone\"");
  }

  private Path file(String user, String cluster) throws IOException {
    Path file = folder.resolve("config");
    Files.writeString(
        file,
        """
        current-context: two
        contexts:
        - {name: one, context: {cluster: other, user: other}}
        - {name: two, context: {cluster: c, user: u}}
        clusters:
        - {name: c, cluster: {server: "https://10.0.0.1:6443"%s}}
        users:
        - name: u
          user: {%s}
        """
            .formatted(cluster, user));
    return file;
  }
}
