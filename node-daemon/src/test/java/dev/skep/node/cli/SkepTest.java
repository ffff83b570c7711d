package dev.skep.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SkepTest {
  private static final Path OBJECTS = Path.of(System.getProperty("skep.bpf"));
  private static final Path HELP =
      Path.of(System.getProperty("skep.root"), "node-daemon/src/test/resources/cli");

  @TempDir private Path folder;

  static Stream<String> commands() {
    return Stream.concat(
        Stream.of(""), new TreeSet<>(Skep.commandLine().getSubcommands().keySet()).stream());
  }

  @ParameterizedTest(name = "skep {0} --help")
  @MethodSource("commands")
  @DisplayName("Help is what the committed text says, and has examples")
  void help(String command) throws IOException {
    Ran ran = command.isEmpty() ? Ran.skep("--help") : Ran.skep(command, "--help");
    assertThat(ran.exitCode()).isZero();
    Path golden = HELP.resolve(command.isEmpty() ? "skep.txt" : "skep-" + command + ".txt");
    if ("write".equals(System.getenv("SKEP_GOLDEN"))) {
      Files.writeString(golden, ran.out());
    }
    assertThat(ran.out()).isEqualTo(Files.readString(golden));
    assertThat(ran.out().lines()).allMatch(line -> line.length() <= 100);
    if (!command.isEmpty()) {
      assertThat(ran.out()).contains("Examples:\n  skep " + command);
    }
  }

  @Test
  @DisplayName("A start describes no other command than the one that is run")
  void onlyTheNamedCommand() {
    assertThat(Skep.commandLine("maps", "x").getSubcommands()).containsOnlyKeys("maps");
    assertThat(Skep.commandLine("-v", "maps").getSubcommands()).hasSizeGreaterThan(5);
  }

  @Test
  @DisplayName("Every exit code of the help is in docs/cli.md")
  void documented() throws IOException {
    String page = Files.readString(Path.of(System.getProperty("skep.root"), "docs/cli.md"));
    Ran.skep("--help")
        .out()
        .lines()
        .filter(l -> l.matches(" {2}\\d {3}.*"))
        .forEach(line -> assertThat(page).contains("| " + line.strip().replaceFirst(" +", " | ")));
    commands().forEach(command -> assertThat(page).contains("`skep " + command).as(command));
  }

  @Test
  @DisplayName("A wrong command line is one line, a hint, and exit 2")
  void usage() {
    List<Ran> wrong = new ArrayList<>();
    wrong.add(Ran.skep());
    wrong.add(Ran.skep("nonsense"));
    wrong.add(Ran.skep("inspect"));
    wrong.add(Ran.skep("inspect", "--nonsense", "x.o"));
    wrong.add(Ran.skep("inspect", "-o", "xml", "x.o"));
    wrong.add(Ran.skep("run", "x.o", "--every", "0"));
    wrong.add(Ran.skep("run", "x.o", "--for", "-1"));
    wrong.add(Ran.skep("maps", "x", "y", "--top", "-2"));
    wrong.add(Ran.skep("serve", "--http-port", "99999"));
    wrong.add(Ran.skep("serve", "--mirror", "http://mirror", "--mirror-token", "token"));
    assertThat(wrong.getLast().err()).contains("a token is shown to https only");
    assertThat(wrong)
        .allSatisfy(
            ran -> {
              assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
              assertThat(ran.err()).startsWith("skep: ").contains("Try: skep").hasLineCount(2);
              assertThat(ran.out()).isEmpty();
            });
  }

  @Test
  @DisplayName("A failure is one line without a stack trace; -v shows where it came from")
  void oneLine() {
    String missing = folder.resolve("missing.bpf.o").toString();
    Ran plain = Ran.skep("inspect", missing);
    assertThat(plain.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(plain.err()).isEqualTo("skep: " + missing + ": no such file\n");
    assertThat(Ran.skep("inspect", "-v", missing).err()).contains("\tat ");
  }

  @Test
  @DisplayName("What is not an object is refused by its name, with exit 5")
  void notAnObject() throws IOException {
    Path text = Files.writeString(folder.resolve("text.o"), "hello");
    Ran ran = Ran.skep("inspect", text.toString());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.INVALID);
    assertThat(ran.err()).startsWith("skep: " + text).hasLineCount(1);
  }

  @Test
  @DisplayName("inspect shows programs, maps and globals as a table and as JSON")
  void inspect() {
    String object = OBJECTS.resolve("file_opens.bpf.o").toString();
    Ran table = Ran.skep("inspect", object);
    assertThat(table.err()).isEmpty();
    assertThat(table.out())
        .contains("FUNCTION ", "on_openat2 ", "tracepoint syscalls/sys_enter_openat2\n")
        .containsPattern("opens +lru_hash +struct opens_key +struct opens_value +4096")
        .containsPattern("writes_only +\\S+ +.rodata +1");
    assertThat(Ran.skep("inspect", object, "-o", "json").out())
        .contains("\"name\" : \"writes_only\"");
    assertThat(Ran.skep("inspect", object, "-o", "yaml").out()).contains("- name: writes_only\n");
  }

  @Test
  @DisplayName("pack gives the same digest twice, and inspect reads what it packed with its labels")
  void pack() {
    String object = OBJECTS.resolve("file_opens.bpf.o").toString();
    String layout = "oci:" + folder.resolve("image");
    Ran packed = Ran.skep("pack", object, "--output", layout, "--label", "a=b");
    assertThat(packed.out()).matches("sha256:[0-9a-f]{64}\n");
    assertThat(Ran.skep("pack", object, "--output", layout, "--label", "a=b").out())
        .isEqualTo(packed.out());
    Ran inspected = Ran.skep("inspect", layout, "-o", "yaml");
    assertThat(inspected.out())
        .contains("digest: " + packed.out())
        .contains("a: b\n")
        .contains("{\\\"opens\\\":\\\"lru_hash\\\"}");
    Ran tar = Ran.skep("pack", object, "--output", folder.resolve("image.tar").toString());
    assertThat(tar.exitCode()).isZero();
    assertThat(folder.resolve("image.tar")).isNotEmptyFile();
  }

  @Test
  @DisplayName("Every reason has an exit code, and only a fault of our own is 1")
  void reasons() {
    for (Reason reason : Reason.values()) {
      assertThat(ExitCode.of(reason)).as(reason.name()).isBetween(1, 6);
    }
    assertThat(ExitCode.of(Reason.InternalError)).isEqualTo(ExitCode.FAILURE);
    assertThat(ExitCode.of(Reason.VerifierRejected)).isEqualTo(ExitCode.KERNEL);
  }

  @Test
  @DisplayName("A folder that is not there is exit 3, and is not made")
  void noFolder() {
    String wrong = folder.resolve("no").toString();
    String there = folder.toString();
    List<Ran> ran =
        List.of(
            Ran.skep("serve", "--manifests", wrong, "--state-dir", there, "--pin-root", there),
            Ran.skep("maps", "--pin-root", there, "--state-dir", wrong),
            Ran.skep("maps", "--pin-root", wrong, "--state-dir", there));
    assertThat(ran)
        .allSatisfy(
            one -> {
              assertThat(one.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
              assertThat(one.err()).contains(wrong).hasLineCount(1);
            });
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisplayName("A command that is not there and a folder in an object's place are said so")
  void slips() {
    assertThat(Ran.skep("nonsense").err()).contains("there is no command nonsense");
    Ran layout = Ran.skep("inspect", folder.toString());
    assertThat(layout.exitCode()).isEqualTo(ExitCode.INVALID);
    assertThat(layout.err()).contains("oci:" + folder).hasLineCount(1);
  }

  @Test
  @DisplayName("A manifest's slip is named by file, field and what may stand there")
  void manifest() throws IOException {
    assertManifest("spec: {image: {reference: x}, mode: Wrong}", "spec.mode: Wrong is none of");
    assertManifest("spec: [1]", "spec: ");
    assertManifest("specs: {}", "unknown field specs");
    assertManifest("spec: {", "not YAML: ");
    assertManifest("spec: {mode: Attach}", "spec.image is missing");
    assertManifest("spec: {image: {}}", "spec.image.reference is missing");
    assertManifest("spec: {image: {reference: x, tag: y}}", "unknown field spec.image.tag");
    assertManifest(
        "spec: {image: {reference: x}}\n---\nkind: Secret\napiVersion: v1",
        "apiVersion: v1, kind: Secret is left out");
  }

  private void assertManifest(String spec, String said) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("program.yaml"),
            "apiVersion: skep.dev/v1alpha1\nkind: BpfProgram\nmetadata: {name: x}\n" + spec);
    Ran ran = Ran.skep("run", "-f", file.toString());
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.INVALID);
    assertThat(ran.err()).startsWith("skep: " + file + ": " + said).hasLineCount(1);
  }
}
