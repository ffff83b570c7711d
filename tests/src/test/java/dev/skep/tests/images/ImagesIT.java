package dev.skep.tests.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.oci.RegistryProcess;
import dev.skep.artifact.process.Command;
import dev.skep.tests.stack.Ports;
import dev.skep.tests.stack.RunningProcess;
import dev.skep.tests.stack.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Images of operator and daemon")
class ImagesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MEBI = 1 << 20;

  @TempDir static Path folder;
  private static ImageBuilds here;
  private static String built;

  @BeforeAll
  static void build() throws IOException {
    here = ImageBuilds.here(folder.resolve("here"));
    built = here.call("build");
  }

  @Test
  @DisplayName("built again from nothing, in another folder, both have the same digests")
  void theSameBytesWhereverTheyAreBuilt() throws Exception {
    ImageBuilds elsewhere =
        ImageBuilds.elsewhere(folder.resolve("another/checkout"), folder.resolve("elsewhere"));

    assertThat(built).contains("skep.dev/operator:", "skep.dev/daemon:", "sha256:");
    assertThat(elsewhere.call("build")).isEqualTo(built);
    assertThat(folder.resolve("elsewhere/daemon.tar"))
        .hasSameBinaryContentAs(folder.resolve("here/daemon.tar"));
  }

  @Test
  @DisplayName("the daemon's image is at most 80 MiB to pull")
  void theDaemonIsSmall() throws IOException {
    long bytes = 0;
    for (JsonNode layer : here.manifest("daemon").path("layers")) {
      bytes += layer.path("size").asLong();
    }
    assertThat(bytes).isBetween(20 * MEBI, 80 * MEBI);
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator", "daemon"})
  @DisplayName("what an image is stands in its configuration")
  void labels(String image) throws IOException {
    JsonNode configuration = here.configuration(image);
    JsonNode labels = configuration.at("/config/Labels");

    assertThat(configuration.path("created").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(configuration.path("os").asText()).isEqualTo("linux");
    assertThat(configuration.path("architecture").asText())
        .isEqualTo(System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
    assertThat(labels.path("org.opencontainers.image.title").asText()).isEqualTo(image);
    assertThat(labels.path("org.opencontainers.image.revision").asText()).startsWith("0123456789");
    assertThat(built)
        .contains(
            "skep.dev/%s:%s "
                .formatted(image, labels.path("org.opencontainers.image.version").asText()));
    assertThat(labels.path("org.opencontainers.image.licenses").asText()).contains("Apache-2.0");
    assertThat(configuration.at("/config/User").asText())
        .isEqualTo(image.equals("daemon") ? "0:0" : "65532:65532");
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator", "daemon"})
  @DisplayName("the bill of materials names every jar, library and licence that is in the image")
  void theBillIsWhole(String image) throws Exception {
    Path root = here.unpack(image, folder.resolve("bill-" + image));
    JsonNode bill = here.bill(image);
    assertThat(Files.readAllBytes(root.resolve("opt/skep/bom.cdx.json")))
        .isEqualTo(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(bill));

    var jars = new TreeSet<String>();
    var packages = new TreeSet<String>();
    for (JsonNode component : bill.path("components")) {
      assertThat(component.path("licenses")).as(component.path("name").asText()).isNotEmpty();
      jars.add(component.path("name").asText() + "-" + component.path("version").asText() + ".jar");
      if (component.path("purl").asText().startsWith("pkg:deb/")) {
        packages.add(component.path("name").asText());
      }
    }
    assertThat(files(root.resolve("opt/skep/lib")))
        .filteredOn(name -> name.endsWith(".jar"))
        .isNotEmpty()
        .allSatisfy(jar -> assertThat(jars).anySatisfy(known -> assertThat(jar).endsWith(known)));
    assertThat(jars).anySatisfy(known -> assertThat(known).startsWith("temurin-jdk-25"));
    try (Stream<Path> documents = Files.list(root.resolve("usr/share/doc"))) {
      assertThat(packages)
          .containsAll(documents.map(d -> d.getFileName().toString()).toList())
          .contains("libc6");
    }
    assertThat(packages.contains("libbpf1")).isEqualTo(image.equals("daemon"));
  }

  @Test
  @DisplayName("the daemon starts on a read-only root, with its classes linked beforehand")
  void theDaemonRuns() throws Exception {
    Path root = here.unpack("daemon", folder.resolve("daemon"));
    int port = Ports.free();
    Path pins = Path.of("/sys/fs/bpf/skep-test-image-" + ProcessHandle.current().pid());
    List<String> serve =
        List.of(
            "serve",
            "--node-name=n",
            "--manifests=/tmp",
            "--http-port=" + port,
            "--pin-root=" + pins);
    try (RunningProcess daemon =
        ImageProcess.start(
            here.configuration("daemon"),
            root,
            folder.resolve("daemon.log"),
            Map.of(),
            List.of("-Xlog:class+load:stderr"),
            serve)) {
      daemon.awaitReady(
          Duration.ofSeconds(60), () -> Ports.get("http://127.0.0.1:" + port + "/readyz") != null);
      assertThat(Ports.get("http://127.0.0.1:" + port + "/metrics")).contains("skep_");
      assertMostClassesWereLinked(daemon.output());
    } finally {
      Command.run("rm", "-rf", pins.toString());
    }
  }

  @Test
  @DisplayName("the operator starts as a user without rights on a read-only root")
  void theOperatorRuns() throws Exception {
    Path root = here.unpack("operator", folder.resolve("operator"));
    int port = Ports.free();
    try (RunningProcess operator =
        ImageProcess.start(
            here.configuration("operator"),
            root,
            folder.resolve("operator.log"),
            Map.of(
                "QUARKUS_HTTP_PORT", "" + port,
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "SKEP_MIRROR_TLS", "false",
                // Nobody is there: it waits, and says so.
                "KUBERNETES_MASTER", "http://127.0.0.1:1"),
            List.of("-Xlog:class+load:stderr"),
            List.of())) {
      operator.awaitReady(
          Duration.ofSeconds(60),
          () -> Ports.get("http://127.0.0.1:" + port + "/q/health/live") != null);
      assertThat(Files.readString(Path.of("/proc/" + operator.pid() + "/status")))
          .containsPattern("Uid:\\s+65532\\s+65532");
      assertMostClassesWereLinked(operator.output());
    }
  }

  @Test
  @DisplayName("both are pushed, fetched and copied with the digest they were built with")
  void stored() throws Exception {
    Path copy = folder.resolve("copy");
    try (RegistryProcess registry = RegistryProcess.start(folder.resolve("registry"))) {
      String prefix = registry.host() + "/skep";
      String pushed = here.call("push", prefix);
      String version = pushed.lines().toList().getLast().replaceAll(".*:([^ ]+) sha256.*", "$1");

      String copied = here.call("index", "oci:" + copy + ":both", prefix + "/daemon:" + version);

      assertThat(copied.replaceAll(".* ", "")).isNotEmpty();
      assertThat(pushed).contains(copied.strip().replaceAll(".* ", ""));
      assertThat(built).contains(copied.strip().replaceAll(".* ", ""));
    }
  }

  @Test
  @DisplayName("programs are pushed as one image for amd64 and arm64")
  void programs() throws Exception {
    try (RegistryProcess registry = RegistryProcess.start(folder.resolve("programs"))) {
      String pushed = here.call("programs", registry.host() + "/skep");

      assertThat(pushed).contains("/skep/file-opens:", "sha256:");
      Path copy = folder.resolve("file-opens");
      String reference =
          pushed.lines().filter(l -> l.contains("/file-opens:")).findFirst().orElseThrow();
      here.call("index", "oci:" + copy + ":v1", reference.replaceAll(" .*", ""));
      assertThat(architectures(copy)).containsExactly("amd64", "arm64");
    }
  }

  @Test
  @DisplayName("images of two architectures become one index; two of one architecture are refused")
  void joined() throws Exception {
    try (RegistryProcess registry = RegistryProcess.start(folder.resolve("joined"))) {
      String arm64 = registry.host() + "/skep/daemon:arm64";
      String amd64 = registry.host() + "/skep/daemon:amd64";
      TestImages.pushFor("arm64", arm64, Map.of("java", new byte[] {1}));
      TestImages.pushFor("amd64", amd64, Map.of("java", new byte[] {2}));
      Path both = folder.resolve("both");

      String joined = here.call("index", "oci:" + both + ":v1", arm64, amd64);

      assertThat(architectures(both)).containsExactly("amd64", "arm64");
      assertThat(here.call("index", registry.host() + "/skep/daemon:v1", amd64, arm64))
          .endsWith(joined.replaceAll(".* ", ""));
      assertThatThrownBy(
              () -> here.call("index", "oci:" + both + ":v2", "oci:" + both + ":v1", arm64))
          .hasMessageContaining("two of the images are for linux/arm64");
    }
  }

  /** Of the one index in a layout folder. */
  private static List<String> architectures(Path layout) throws IOException {
    JsonNode index = JSON.readTree(layout.resolve("index.json").toFile());
    String digest = index.at("/manifests/0/digest").asText().replace("sha256:", "");
    JsonNode platforms = JSON.readTree(layout.resolve("blobs/sha256/" + digest).toFile());
    return platforms.path("manifests").findValuesAsText("architecture");
  }

  /** Fewer means that a start has become slow: scripts/train.sh lists the classes anew. */
  private static void assertMostClassesWereLinked(String log) {
    List<String> loaded = log.lines().filter(line -> line.contains(" source: ")).toList();
    long linked = loaded.stream().filter(line -> line.contains("shared objects file")).count();
    assertThat(loaded).hasSizeGreaterThan(1000);
    assertThat(linked / (double) loaded.size())
        .as("share of classes from the image's archive; if too small, run scripts/train.sh")
        .isGreaterThan(0.85);
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList();
    }
  }
}
