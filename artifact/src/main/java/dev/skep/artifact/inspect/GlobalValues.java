package dev.skep.artifact.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.BtfEncoder;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.text.Names;
import java.util.List;

/** What a user sets a global variable to, as the bytes that the object begins with. */
public final class GlobalValues {
  private GlobalValues() {}

  /**
   * The bytes of one global; they go to {@link ObjectGlobal#offset} of its section.
   *
   * @throws Refusal UnknownGlobal or InvalidGlobal; the message begins with globals.NAME
   */
  public static byte[] encode(ObjectReport report, String name, JsonNode value) {
    String path = "globals." + name;
    ObjectGlobal global =
        report
            .global(name)
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.UnknownGlobal,
                        "%s: the object has no global %s%s"
                            .formatted(path, name, Names.suggestion(name, settable(report)))));
    if (global.section().startsWith(".bss")) {
      throw new Refusal(
          Reason.InvalidGlobal,
          "%s: %s is in .bss, where the program keeps what it writes: declare it const volatile to"
                  .formatted(path, name)
              + " set it");
    }
    JsonNode json = value == null ? NullNode.getInstance() : value;
    return BtfEncoder.encode(report.btf(), global.type(), path, json);
  }

  private static List<String> settable(ObjectReport report) {
    return report.globals().stream()
        .filter(g -> !g.section().startsWith(".bss"))
        .map(ObjectGlobal::name)
        .toList();
  }
}
