package dev.skep.tests.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import dev.skep.tests.stack.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Daemons are updated to an image that was built for other machines. */
class WrongArchitectureIT {
  private static final String IMAGE = "skep.dev/daemon:other-architecture";
  private static final int E_MACHINE = 18;
  private static final byte EM_AARCH64 = (byte) 183;
  private static final byte EM_X86_64 = 62;

  private final OneNode cluster;

  WrongArchitectureIT(@Shared OneNode cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void cleanUp() {
    cluster.install();
    cluster.programs().deleteAll();
  }

  @Test
  @DisplayName(
      "the daemon's image is of another architecture: the pod's status says exec format error, what"
          + " is attached goes on, and the right image finds it")
  void isSaidAndLosesNothing(@TempDir Path folder) throws Exception {
    cluster.programs().apply("stays", "image: {reference: %s}".formatted(cluster.push("tp")));
    cluster.programs().awaitReady("stays");
    Optional<InKernel> before = InKernel.of("stays", cluster.node());
    assertThat(before).isPresent();
    cluster.ctr("images", "import", "--all-platforms", foreignImage(folder).toString());

    cluster.kubectl("set", "image", OneNode.DAEMON, "daemon=" + IMAGE);

    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(whyNotRunning()).contains("exec format error"));
    assertThat(cluster.onNode("find", "/sys/fs/bpf/skep", "-path", "*/links/*")).isNotBlank();

    cluster.install();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(InKernel.of("stays", cluster.node())).isEqualTo(before));
  }

  /** What kubectl has to say of daemons: the state of their container, and their last end. */
  private String whyNotRunning() {
    return cluster.kubectl(
            "get",
            "pods",
            "-l",
            "app.kubernetes.io/component=daemon",
            "-o",
            "jsonpath={.items[*].status.containerStatuses[*]}")
        + cluster.tryKubectl("logs", OneNode.DAEMON, "--tail=5").output();
  }

  /** One program, which this machine's processor cannot run. */
  private static Path foreignImage(Path folder) throws Exception {
    byte[] elf = Files.readAllBytes(Path.of("/bin/busybox"));
    boolean here = elf[E_MACHINE] == EM_X86_64;
    elf[E_MACHINE] = here ? EM_AARCH64 : EM_X86_64;
    Path program = Files.write(folder.resolve("java"), elf);
    Path archive = folder.resolve("image.tar");
    Jib.fromScratch()
        .setPlatforms(Set.of(new Platform(here ? "arm64" : "amd64", "linux")))
        .addFileEntriesLayer(
            FileEntriesLayer.builder()
                .addEntry(
                    program, AbsoluteUnixPath.get("/java"), FilePermissions.fromOctalString("755"))
                .build())
        .setEntrypoint("/java")
        .containerize(
            Containerizer.to(TarImage.at(archive).named(IMAGE))
                .setBaseImageLayersCache(folder.resolve("base"))
                .setApplicationLayersCache(folder.resolve("layers")));
    return archive;
  }
}
