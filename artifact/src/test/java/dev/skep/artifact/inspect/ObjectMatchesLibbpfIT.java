package dev.skep.artifact.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.btf.BtfType;
import dev.skep.artifact.btf.BtfType.Composite;
import dev.skep.artifact.btf.BtfType.Enumeration;
import dev.skep.artifact.btf.BtfType.Int;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.inspect.ObjectReport.ObjectTable;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("libbpf, by way of bpftool, reads every object of ours as we do")
class ObjectMatchesLibbpfIT {
  private static final Path FOLDER =
      Path.of(System.getProperty("skep.bpf", "../bpf-programs/target"));

  @BeforeAll
  static void bpftoolIsThere() {
    boolean there =
        Stream.of(System.getenv("PATH").split(":"), new String[] {"/usr/sbin"})
            .flatMap(Stream::of)
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "bpftool")));
    Assumptions.assumeTrue(there, "bpftool is not installed");
  }

  static List<Path> objects() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(f -> f.toString().endsWith(".bpf.o")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("objects")
  @DisplayName("the same programs and maps, in the same order")
  void programsAndMaps(Path object) {
    ObjectReport report = inspect(object);
    String skeleton = bpftool("gen", "skeleton", object.toString());

    assertThat(report.programs())
        .extracting(ObjectProgram::function)
        .containsExactlyElementsOf(found("->progs\\[\\d+\\]\\.name = \"(\\w+)\"", skeleton));
    // To libbpf a table of functions is a map as well.
    assertThat(
            Stream.concat(
                report.maps().stream().map(ObjectMap::name),
                report.tables().stream().map(ObjectTable::name)))
        .containsExactlyInAnyOrderElementsOf(
            found("map->name = \"(\\w+)\"", skeleton).stream().toList());
  }

  @ParameterizedTest
  @MethodSource("objects")
  @DisplayName("the same types, by id, kind, name and size")
  void types(Path object) throws IOException {
    Btf btf = inspect(object).btf();
    JsonNode expected =
        new ObjectMapper()
            .readTree(bpftool("-j", "btf", "dump", "file", object.toString()))
            .get("types");

    assertThat(btf.types()).hasSize(expected.size() + 1);
    for (JsonNode type : expected) {
      BtfType ours = btf.type(type.get("id").asInt());
      assertThat(kind(ours)).as(type.toString()).contains(type.get("kind").asText());
      if (!ours.name().isEmpty()) {
        assertThat(ours.name()).isEqualTo(type.get("name").asText());
      }
      if (type.has("size") && !(ours instanceof BtfType.DataSection)) {
        assertThat(btf.size(type.get("id").asInt())).isEqualTo(type.get("size").asLong());
      }
      if (ours instanceof Composite composite) {
        List<String> members = new ArrayList<>();
        type.get("members").forEach(m -> members.add(member(m)));
        assertThat(composite.members())
            .extracting(m -> "%s %d %d %d".formatted(m.name(), m.type(), m.bitOffset(), m.bits()))
            .containsExactlyElementsOf(members);
      }
    }
  }

  private static String member(JsonNode member) {
    String name = member.get("name").asText();
    return "%s %d %d %d"
        .formatted(
            name.equals("(anon)") ? "" : name,
            member.get("type_id").asInt(),
            member.get("bits_offset").asInt(),
            member.path("bitfield_size").asInt(0));
  }

  /** The kinds that a type of ours may stand for. */
  private static List<String> kind(BtfType type) {
    return switch (type) {
      case BtfType.Void t -> List.of("UNKN");
      case Int t -> List.of("INT");
      case BtfType.FloatingPoint t -> List.of("FLOAT");
      case BtfType.Pointer t -> List.of("PTR");
      case BtfType.Array t -> List.of("ARRAY");
      case Composite t -> List.of(t.union() ? "UNION" : "STRUCT");
      case Enumeration t -> List.of("ENUM", "ENUM64");
      case BtfType.Forward t -> List.of("FWD");
      case BtfType.Alias t ->
          t.name().isEmpty()
              ? List.of("CONST", "VOLATILE", "RESTRICT", "TYPE_TAG")
              : List.of("TYPEDEF");
      case BtfType.Function t -> List.of("FUNC");
      case BtfType.Prototype t -> List.of("FUNC_PROTO");
      case BtfType.Variable t -> List.of("VAR");
      case BtfType.DataSection t -> List.of("DATASEC");
      case BtfType.DeclarationTag t -> List.of("DECL_TAG");
    };
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).toList();
  }

  private static ObjectReport inspect(Path object) {
    try {
      return ObjectInspector.inspect(Files.readAllBytes(object));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String bpftool(String... arguments) {
    return Command.of("bpftool").and(arguments).withoutWarnings().output();
  }
}
