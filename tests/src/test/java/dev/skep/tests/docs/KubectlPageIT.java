package dev.skep.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import dev.skep.tests.stack.Shared;
import dev.skep.tests.stack.Stack;
import dev.skep.tests.stack.TestImages;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every command of docs/kubectl.md against a cluster, and compares what it prints. */
class KubectlPageIT {
  private static final Path PAGE = ControlPlane.projectRoot().resolve("docs/kubectl.md");
  private static final String NAMESPACE = "observability";
  private static final String REGISTRY = "registry.example.com";

  /**
   * What is asked again until it is as shown: Events are written beside the status that kubectl
   * waited for, and a diff compares two answers, between which the usage may be written.
   */
  private static final Pattern READS = Pattern.compile("kubectl (get|describe|events|diff) ");

  private static final Duration SOON = Duration.ofSeconds(10);

  private final Stack stack;
  private @TempDir Path folder;

  KubectlPageIT(@Shared Stack stack) {
    this.stack = stack;
  }

  @AfterEach
  void removeNamespace() {
    stack.client().namespaces().withName(NAMESPACE).delete();
  }

  @Test
  @DisplayName("docs/kubectl.md shows what kubectl prints")
  void theyPrintWhatThePageShows() throws IOException {
    push("v1", "tp");
    push("v2", "rejected");
    stack
        .client()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("kubectl"), stack.cluster().kubectl());
    Files.copy(
        stack.cluster().kubeconfigFile(),
        folder.resolve("kubeconfig"),
        StandardCopyOption.REPLACE_EXISTING);

    ConsolePage page = new ConsolePage(Files.readString(PAGE));
    ConsolePage now = page.rerun(new Shell());

    if (Boolean.getBoolean("skep.docs.write")) {
      Files.writeString(PAGE, now.markdown());
    }
    // Compared as files: a failure then shows the lines that differ, not two whole pages.
    assertThat(Files.writeString(Path.of("target/kubectl.md"), now.markdown()))
        .as(
            "kubectl prints something else than docs/kubectl.md shows; -Dskep.docs.write=true writes it anew")
        .hasSameTextualContentAs(PAGE);
  }

  private void push(String tag, String object) {
    TestImages.push(
        stack.registry().address() + "/bpf/opens:" + tag,
        Map.of("opens.bpf.o", TestImages.object(object)));
  }

  /** The reader's shell, in a folder of its own. */
  private final class Shell implements ConsolePage.Runner {
    private final SteadyOutput steady =
        new SteadyOutput()
            .with(stack.registry().address(), REGISTRY)
            .with(folder.toString(), "")
            .with(Stack.NODE, "node-1");

    @Override
    public void write(ConsolePage.ShownFile file) {
      try {
        Files.writeString(folder.resolve(file.name()), actual(file.content()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String run(String command, String shown) {
      String output = once(command);
      Instant deadline = Instant.now().plus(SOON);
      while (!output.stripTrailing().equals(shown)
          && READS.matcher(command).lookingAt()
          && Instant.now().isBefore(deadline)) {
        Stack.pause(200);
        output = once(command);
      }
      return output;
    }

    private String once(String command) {
      return steady.of(
          Command.of("bash", "-c", actual(command))
              .in(folder)
              .with(
                  Map.of(
                      "KUBECONFIG",
                      folder.resolve("kubeconfig").toString(),
                      "HOME",
                      folder.toString()))
              .withPath(folder.resolve("bin"))
              .end()
              .output());
    }

    private String actual(String text) {
      return text.replace(REGISTRY, stack.registry().address());
    }
  }
}
