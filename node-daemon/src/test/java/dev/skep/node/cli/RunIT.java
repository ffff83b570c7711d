package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.process.Command;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the running kernel. */
class RunIT {
  private static final Path OBJECTS = Path.of(System.getProperty("skep.bpf"));

  /** Of a manifest whose image nobody pulls, as far as into its spec. */
  private static final String BEGIN =
      """
      apiVersion: skep.dev/v1alpha1
      kind: BpfProgram
      metadata: {name: p}
      spec:
        image: {reference: registry.invalid/p:v1}
      """;

  @TempDir private Path folder;

  @BeforeEach
  void onlyAsRoot() {
    assumeThat(System.getProperty("user.name")).as("bpf() is root's").isEqualTo("root");
  }

  @Test
  @DisplayName("run attaches, counts, and leaves nothing in the kernel")
  void counts() throws IOException {
    Ran ran = Ran.skep("run", object("file_opens"), "--for", "1.2", "--every", "0.5", "-o", "json");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
    List<JsonNode> shown = new ArrayList<>();
    for (String line : ran.out().lines().toList()) {
      shown.add(new ObjectMapper().readTree(line));
    }
    JsonNode openat = shown.getLast().path("programs").path(1);
    assertThat(openat.path("function").asText()).isEqualTo("on_openat");
    assertThat(openat.path("target").asText()).isEqualTo("tracepoint syscalls/sys_enter_openat");
    // This JVM opens files itself: /proc/self/… at least.
    assertThat(openat.path("runs").asLong()).isPositive();
    assertThat(openat.path("nanosecondsPerRun").asLong()).isPositive();
    assertThat(shown.getLast().path("maps").path("opens").path(0).path("key").path("comm").asText())
        .isNotEmpty();
    assertThat(pins(ProcessHandle.current().pid())).isEmpty();
  }

  @Test
  @DisplayName("What a killed run left is removed, but nothing that another user made")
  void sweeps() throws IOException {
    long dead = 4_194_304; // above the kernel's greatest pid
    Path left = Files.createTempDirectory("skep-run-" + dead + "-");
    Path theirs = Files.createTempDirectory("skep-run-" + dead + "-");
    try {
      Files.setAttribute(theirs, "unix:uid", 65_534);

      assertThat(Ran.skep("run", object("file_opens"), "--for", "0.1").exitCode()).isZero();

      assertThat(left).doesNotExist();
      assertThat(theirs).exists();
    } finally {
      Files.deleteIfExists(left);
      Files.delete(theirs);
    }
  }

  @Test
  @DisplayName("A global is set, and one that does not fit its type is exit 5")
  void globals() {
    Ran ran = Ran.skep("run", object("file_opens"), "-g", "writes_only=perhaps", "--for", "0.1");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.INVALID);
    assertThat(ran.err()).contains("globals.writes_only");
    assertThat(
            Ran.skep("run", object("file_opens"), "-g", "writes_only=true", "--for", "0.1")
                .exitCode())
        .isZero();
  }

  @Test
  @DisplayName(
      "What the verifier rejects is exit 4 and one line with function and cause; -v has more")
  void rejected() {
    Ran ran = Ran.skep("run", object("rejected"));
    assertThat(ran.exitCode()).isEqualTo(ExitCode.KERNEL);
    assertThat(ran.err())
        .startsWith("skep: on_openat: R0 invalid mem access 'map_value_or_null'")
        .contains("compare it with NULL")
        .hasLineCount(1);
    assertThat(Ran.skep("run", "-v", object("rejected")).err()).contains("  | ");
    assertThat(pins(ProcessHandle.current().pid())).isEmpty();
  }

  @Test
  @DisplayName("A tracepoint that is not there is exit 3, and nothing of the object stays")
  void unknownTracepoint() {
    Ran ran = Ran.skep("run", object("unknown_tracepoint"));
    assertThat(ran.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(ran.err()).contains("does not exist").hasLineCount(1);
    assertThat(pins(ProcessHandle.current().pid())).isEmpty();
  }

  @Test
  @DisplayName("An XDP function without an interface says which option names one")
  void noInterface() {
    Ran ran = Ran.skep("run", object("xdp_count"));
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("--interface NAME").hasLineCount(1);
    Ran missing = Ran.skep("run", object("xdp_count"), "--interface", "nosuch0");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(missing.err()).contains("nosuch0").hasLineCount(1);
  }

  @Test
  @DisplayName(
      "A manifest says the same as the options, and an object at hand can stand for its image")
  void manifest() throws IOException {
    Path manifest =
        Files.writeString(
            folder.resolve("p.yaml"),
            """
            apiVersion: skep.dev/v1alpha1
            kind: BpfProgram
            metadata: {name: opens}
            spec:
              image: {reference: registry.invalid/opens:v1}
              programs: [{function: on_openat}]
            """);
    Ran ran =
        Ran.skep(
            "run", "-f", manifest.toString(), object("file_opens"), "--for", "0.1", "-o", "json");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("\"on_openat\"").doesNotContain("on_openat2");
  }

  @Test
  @DisplayName(
      "A manifest's entries come from ConfigMaps beside it, and globals may ask the machine")
  void wholeManifest() throws IOException {
    String program =
        BEGIN
            + """
                mode: Verify
                maps: [{name: allowed, entriesFrom: [{configMap: {name: pids, key: entries}}]}]
                globals: {node_name: {nodeField: name}, cpus: {nodeField: cpuCount}}
              """;
    String[] run = {
      "run", "-f", manifest(program), object("entries"), "--for", "0.1", "-o", "json"
    };
    Ran without = Ran.skep(run);
    assertThat(without.exitCode()).as(without.err()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(without.err()).contains("ConfigMap pids").hasLineCount(1);

    manifest(
        program
            + """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: pids}
            data: {entries: "[{key: 7, value: 9}]"}
            """);
    Ran ran = Ran.skep(run);
    assertThat(ran.err()).isEmpty();
    JsonNode last = new ObjectMapper().readTree(ran.out().lines().toList().getLast());
    assertThat(last.path("maps").path("allowed").toString()).isEqualTo("[{\"key\":7,\"value\":9}]");
    assertThat(last.path("programs").path(0).path("runs").asLong()).as("Verify").isZero();
  }

  @Test
  @DisplayName("A manifest that is suspended, or shares another program's map, is not run")
  void notRun() throws IOException {
    assertThat(invalid(BEGIN + "  mode: Suspend\n")).contains("spec.mode is Suspend");
    assertThat(
            invalid(BEGIN + "  maps: [{name: opens, sharedFrom: {program: other, map: opens}}]\n"))
        .contains("shared from program other", "skep serve");
  }

  private String invalid(String text) throws IOException {
    Ran ran = Ran.skep("run", "-f", manifest(text), object("file_opens"), "--for", "0.1");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.INVALID);
    assertThat(ran.err()).hasLineCount(1);
    return ran.err();
  }

  private String manifest(String text) throws IOException {
    return Files.writeString(folder.resolve("p.yaml"), text).toString();
  }

  @Test
  @DisplayName("Ctrl-C ends it well and detaches")
  void interrupted() throws Exception {
    Process process = start();
    try {
      signal("INT", process);
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(pins(process.pid())).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @DisplayName("What a killed run left attached, the next one takes away")
  void swept() throws Exception {
    Process process = start();
    process.destroyForcibly().waitFor();
    assertThat(pins(process.pid())).isNotEmpty();
    Ran.skep("run", object("file_opens"), "--for", "0.1");
    assertThat(pins(process.pid())).isEmpty();
  }

  /** A run of its own process, once it showed its first table. */
  private Process start() throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                // Tests that were started in the background ignore Ctrl-C, and what they start too.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Skep.class.getName(),
                "run",
                object("file_opens"))
            .redirectOutput(out.toFile())
            .redirectError(Redirect.INHERIT)
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.readString(out).contains("RUNS") && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(out).content().contains("RUNS");
    return process;
  }

  private static void signal(String name, Process process) throws Exception {
    Command.run("kill", "-" + name, Long.toString(process.pid()));
  }

  private static List<String> pins(long pid) {
    File[] left = LocalKernel.RUN_ROOT.resolve(Long.toString(pid)).toFile().listFiles();
    return left == null ? List.of() : Arrays.stream(left).map(File::getName).toList();
  }

  private static String object(String name) {
    return OBJECTS.resolve(name + ".bpf.o").toString();
  }
}
