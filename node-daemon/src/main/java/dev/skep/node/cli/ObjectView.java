package dev.skep.node.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.skep.artifact.btf.Btf;
import dev.skep.artifact.inspect.KernelNeeds;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.inspect.ObjectReport.ObjectMap;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.oci.ResolvedImage;
import dev.skep.node.kernel.WantedLink;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What inspect prints; its components are the fields of -o json. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ObjectView(
    String source,
    String digest,
    String object,
    String objectDigest,
    int bytes,
    String licence,
    List<ProgramRow> programs,
    List<MapRow> maps,
    List<GlobalRow> globals,
    KernelNeeds needs,
    Map<String, String> labels) {

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record ProgramRow(
      String function, String type, String section, List<String> targets, int instructions) {}

  record MapRow(
      String name,
      String type,
      String key,
      String value,
      int keySize,
      int valueSize,
      long maxEntries) {}

  record GlobalRow(String name, String type, String section, int size) {}

  static ObjectView of(ResolvedImage image, ObjectReport report, boolean file) {
    Btf btf = report.btf();
    return new ObjectView(
        image.reference(),
        file ? null : image.digest(),
        image.objectName(),
        image.objectDigest(),
        image.object().length,
        report.licence(),
        report.programs().stream().map(ObjectView::row).toList(),
        report.maps().stream().map(map -> row(btf, map)).toList(),
        report.globals().stream().map(global -> row(btf, global)).toList(),
        report.needs(),
        new TreeMap<>(image.labels()));
  }

  private static ProgramRow row(ObjectProgram program) {
    List<String> targets =
        program.defaultAttach() == null
            ? List.of()
            : WantedLink.of(program.function(), program.defaultAttach()).stream()
                .map(WantedLink::target)
                .toList();
    return new ProgramRow(
        program.function(),
        program.type().name(),
        program.section(),
        targets,
        program.instructions());
  }

  private static MapRow row(Btf btf, ObjectMap map) {
    return new MapRow(
        map.name(),
        map.type(),
        type(btf, map.keyType(), map.keySize()),
        type(btf, map.valueType(), map.valueSize()),
        map.keySize(),
        map.valueSize(),
        map.maxEntries());
  }

  private static GlobalRow row(Btf btf, ObjectGlobal global) {
    return new GlobalRow(
        global.name(), btf.describe(global.type()), global.section(), global.size());
  }

  private static String type(Btf btf, int id, int size) {
    return id != 0 ? btf.describe(id) : size == 0 ? "" : size + " bytes";
  }

  String table() {
    StringBuilder text = new StringBuilder();
    text.append("Source:   ").append(source).append('\n');
    if (digest != null) {
      text.append("Digest:   ").append(digest).append('\n');
    }
    text.append("Object:   %s (%,d bytes)%n".formatted(object, bytes));
    text.append("          ").append(objectDigest).append('\n');
    text.append("Licence:  ").append(licence.isEmpty() ? "none" : licence).append("\n\n");
    Table programRows = new Table("FUNCTION", "TYPE", "INSTRUCTIONS", "SECTION", "ATTACHES TO");
    for (ProgramRow program : programs) {
      programRows.row(
          program.function,
          program.type,
          program.instructions,
          program.section,
          program.targets.isEmpty() ? "(name it)" : String.join(", ", program.targets));
    }
    Table mapRows = new Table("MAP", "TYPE", "KEY", "VALUE", "MAX ENTRIES");
    for (MapRow map : maps) {
      mapRows.row(map.name, map.type, map.key, map.value, map.maxEntries);
    }
    Table globalRows = new Table("GLOBAL", "TYPE", "SECTION", "BYTES");
    for (GlobalRow global : globals) {
      globalRows.row(global.name, global.type, global.section, global.size);
    }
    Table needRows = new Table("NEEDS OF A KERNEL", "");
    needs.helpers().forEach(helper -> needRows.row("helper", helper));
    needs.kfuncs().forEach(kfunc -> needRows.row("kfunc", kfunc));
    needs.kernelTypes().forEach(type -> needRows.row("BTF type", type));
    return text.append(joined(programRows, mapRows, globalRows, needRows)).toString();
  }

  private static String joined(Table... tables) {
    StringBuilder text = new StringBuilder();
    for (Table table : tables) {
      if (!table.isEmpty()) {
        text.append(text.isEmpty() ? "" : "\n").append(table);
      }
    }
    return text.toString();
  }
}
