package dev.skep.node.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ImagePacker;
import dev.skep.artifact.oci.PackedImage;
import dev.skep.artifact.oci.ResolvedImage;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** From an object to an image with the labels that say what is in it. */
final class Packing {
  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description =
          "A label of the image; may be given several times. io.ebpf.programs and io.ebpf.maps are"
              + " filled in from the object.")
  private Map<String, String> labels = Map.of();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  PackedImage pack(ResolvedImage object) {
    ObjectReport report = ObjectSource.inspect(object);
    report.warnings().forEach(command.commandLine().getErr()::println);
    Map<String, String> all = new HashMap<>(object.labels());
    all.putAll(inventory(report));
    all.putAll(labels);
    return ImagePacker.pack(object.objectName(), object.object(), all);
  }

  /** bpfman's two labels: a JSON object each, name to type, as text. */
  static Map<String, String> inventory(ObjectReport report) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode programs = json.createObjectNode();
    report.programs().forEach(p -> programs.put(p.function(), p.type().name()));
    ObjectNode maps = json.createObjectNode();
    report.maps().forEach(m -> maps.put(m.name(), m.type()));
    return Map.of("io.ebpf.programs", programs.toString(), "io.ebpf.maps", maps.toString());
  }
}
