package dev.skep.node.agent;

import dev.skep.api.v1alpha1.BpfNodeStatus;
import dev.skep.api.v1alpha1.BpfNodeStatus.ProgramState;
import dev.skep.api.v1alpha1.BpfNodeStatus.State;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.oci.ImagePacker;
import dev.skep.node.libbpf.Fd;
import dev.skep.node.libbpf.Libbpf;
import dev.skep.node.report.LocalStatus;
import dev.skep.node.report.StatusFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A daemon of its own process, with manifests, state and pins of the test's own. */
final class DaemonProcess {
  private static final Path OBJECTS = Path.of(System.getProperty("skep.bpf"));
  private static final Pattern PORT = Pattern.compile("listening.*port=(\\d+)");
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final Path manifests;
  private final Path pins;
  private Process process;

  DaemonProcess(Path folder) throws IOException {
    this(folder, Path.of("/sys/fs/bpf/skep-daemon-it-" + ProcessHandle.current().pid()));
  }

  DaemonProcess(Path folder, Path pins) throws IOException {
    this.folder = folder;
    this.pins = pins;
    this.manifests = Files.createDirectories(folder.resolve("manifests"));
  }

  void start() throws IOException {
    startWithin(List.of());
  }

  /** The same by words that run the words which follow, e.g. in a mount namespace of their own. */
  void startWithin(List<String> words) throws IOException {
    process = launch(words, folder.resolve("log"), serve(), folder.resolve("state"), pins);
  }

  /** Starts another one beside it, and gives its exit code. */
  int runSecond() throws IOException, InterruptedException {
    return runSecond("state");
  }

  /** The same with a state folder of its own, below the test's. */
  int runSecond(String state) throws IOException, InterruptedException {
    Process second = launch(folder.resolve("log"), serve(), folder.resolve(state), pins);
    if (!second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      second.destroyForcibly();
      throw new AssertionError("the second daemon runs");
    }
    return second.exitValue();
  }

  private List<String> serve() {
    return List.of("serve", "--manifests", manifests.toString(), "--http-port", "0");
  }

  private static Process launch(Path log, List<String> arguments, Path state, Path pins)
      throws IOException {
    return launch(List.of(), log, arguments, state, pins);
  }

  private static Process launch(
      List<String> within, Path log, List<String> arguments, Path state, Path pins)
      throws IOException {
    List<String> command = new ArrayList<>(within);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.skep.node.cli.Skep"));
    command.addAll(arguments);
    command.addAll(List.of("--state-dir", state.toString(), "--pin-root", pins.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Runs skep clean on the same folders: what it printed, and its exit status as the last line. */
  String clean(String... options) throws IOException, InterruptedException {
    return clean("state", pins, options);
  }

  /** The same on other folders; the state is below the test's. */
  String clean(String state, Path pinRoot, String... options)
      throws IOException, InterruptedException {
    Path log = folder.resolve("clean.log");
    Files.deleteIfExists(log);
    List<String> arguments = new ArrayList<>(List.of("clean"));
    arguments.addAll(List.of(options));
    Process cleaning = launch(log, arguments, folder.resolve(state), pinRoot);
    if (!cleaning.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      cleaning.destroyForcibly();
      throw new AssertionError("skep clean does not end:\n" + Files.readString(log));
    }
    return Files.readString(log) + cleaning.exitValue();
  }

  Path pinRoot() {
    return pins;
  }

  /** A folder of pins that is being made, as a load under way has one. */
  Path stage(String name) throws IOException {
    return Files.createDirectories(pins.resolve("it").resolve(name).resolve("1~"));
  }

  boolean leftNothing() {
    return !Files.exists(pins) && !Files.exists(folder.resolve("state"));
  }

  /** SIGKILL: nothing of the process gets to do anything. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM; gives the exit code. */
  int end() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the daemon does not end:\n" + log());
    }
    return process.exitValue();
  }

  /** Packs an object and applies a program of it; {@code spec} is more lines of the spec. */
  void apply(String name, String object, String spec) throws IOException {
    Path image = folder.resolve("images").resolve(object);
    if (!Files.exists(image)) {
      byte[] elf = Files.readAllBytes(OBJECTS.resolve(object + ".bpf.o"));
      ImagePacker.pack(object + ".bpf.o", elf, Map.of()).writeLayout(image, "latest");
    }
    String manifest =
        """
        apiVersion: skep.dev/v1alpha1
        kind: BpfProgram
        metadata: {name: %s, namespace: it}
        spec:
          image: {reference: "oci:%s"}
        """
            .formatted(name, image);
    Path partial = folder.resolve("partial.yaml");
    Files.writeString(partial, manifest + spec.indent(2));
    Files.move(partial, manifests.resolve(name + ".yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Applies a ConfigMap with one key, list. */
  void configMap(String name, String list) throws IOException {
    Path partial = folder.resolve("partial.yaml");
    Files.writeString(
        partial,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s, namespace: it}
        data:
          list: |
        """
                .formatted(name)
            + list.indent(4));
    Files.move(partial, manifests.resolve(name + ".yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  /** The entries of a map, by the raw bytes of their keys. */
  Map<String, String> entries(String program, String map) throws IOException {
    Path pin =
        pins().stream()
            .filter(p -> p.endsWith(Path.of("maps", map)))
            .filter(p -> p.toString().contains("/" + program + "/"))
            .findFirst()
            .orElseThrow();
    Map<String, String> entries = new TreeMap<>();
    Libbpf libbpf = Libbpf.get();
    try (Fd fd = libbpf.open(pins.resolve(pin).toString())) {
      HexFormat hex = HexFormat.of();
      libbpf.reader(fd).read(1000, (k, v) -> entries.put(hex.formatHex(k), hex.formatHex(v)));
    }
    return entries;
  }

  void delete(String name) throws IOException {
    Files.delete(manifests.resolve(name + ".yaml"));
  }

  BpfNodeStatus status() {
    return local().status();
  }

  LocalStatus local() {
    try {
      return StatusFile.read(folder.resolve("state/status.json"));
    } catch (IOException notYet) {
      return new LocalStatus(new BpfNodeStatus(null, null, null, null, null), Map.of());
    }
  }

  /** Forgets what an earlier process wrote, so that what is read next is of this one. */
  void forgetStatus() throws IOException {
    Files.deleteIfExists(folder.resolve("state/status.json"));
  }

  Optional<ProgramState> program(String name) {
    return status().programs().stream().filter(p -> p.name().equals(name)).findFirst();
  }

  ProgramState await(String name, State state) {
    return await(name, p -> p.state() == state, state.name());
  }

  /** A row is there, on its way and without a reason, before the first attempt has one. */
  ProgramState await(String name, Reason reason) {
    return await(name, p -> p.reason() == reason, reason.name());
  }

  ProgramState await(String name, Predicate<ProgramState> condition, String what) {
    Awaitility.await(name + ": " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .conditionEvaluationListener(
            c -> {
              if (!process.isAlive()) {
                throw new AssertionError("the daemon ended:\n" + log());
              }
            })
        .until(() -> program(name).filter(condition).isPresent());
    return program(name).orElseThrow();
  }

  /** Everything pinned, below the pin root; looked at again when it changes under the look. */
  List<Path> pins() throws IOException {
    while (true) {
      try {
        return Files.exists(pins) ? pinned() : List.of();
      } catch (UncheckedIOException changed) {
        Thread.onSpinWait();
      }
    }
  }

  private List<Path> pinned() throws IOException {
    try (Stream<Path> all = Files.walk(pins)) {
      return all.filter(Files::isRegularFile).map(pins::relativize).sorted().toList();
    }
  }

  /** What it answers to a question of the kubelet's, with the status first; empty: nothing yet. */
  String asked(String path) throws InterruptedException {
    Matcher port = PORT.matcher(log());
    if (!port.find()) {
      return "";
    }
    URI uri = URI.create("http://127.0.0.1:" + port.group(1) + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException notYet) {
      return "";
    }
  }

  String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  long logged(String text) {
    return log().lines().filter(line -> line.contains(text)).count();
  }

  void leaveNothing() throws IOException, InterruptedException {
    try (Stream<Path> files = Files.list(manifests)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    if (process != null && !process.isAlive()) {
      start();
    }
    Awaitility.await().atMost(PATIENCE).until(() -> pins().isEmpty());
    end();
    Files.deleteIfExists(pins);
  }
}
