package dev.skep.artifact.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.btf.BtfEncoder;
import dev.skep.artifact.inspect.NodeReference.OfField;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import dev.skep.artifact.text.Names;
import java.util.List;
import java.util.Optional;

/** What a user sets a global variable to, as the bytes that the object begins with. */
public final class GlobalValues {
  private static final JsonNode IPV4 = TextNode.valueOf("192.0.2.1");
  private static final JsonNode IPV6 = TextNode.valueOf("2001:db8::1");

  private GlobalValues() {}

  /**
   * The bytes of one global; they go to {@link ObjectGlobal#offset} of its section.
   *
   * @throws Refusal UnknownGlobal or InvalidGlobal; the message begins with globals.NAME
   */
  public static byte[] encode(ObjectReport report, String name, JsonNode value) {
    ObjectGlobal global = global(report, name);
    return BtfEncoder.encode(report.btf(), global.type(), path(name), value, Reason.InvalidGlobal);
  }

  /**
   * Checks what a global shall be, also where only the nodes know the value: then, whether one of
   * that kind fits the variable.
   *
   * @throws Refusal UnknownGlobal or InvalidGlobal; the message begins with globals.NAME
   */
  public static void check(ObjectReport report, String name, JsonNode value) {
    ObjectGlobal global = global(report, name);
    Optional<NodeReference> reference = NodeReference.of(path(name), value);
    if (reference.isEmpty()) {
      encode(report, name, value);
      return;
    }
    List<JsonNode> examples =
        switch (reference.get()) {
          case OfField(NodeReference.Field field) ->
              switch (field) {
                case internalIP, externalIP -> List.of(IPV4, IPV6);
                case name -> List.of(TextNode.valueOf("n"));
                case cpuCount -> List.of(IntNode.valueOf(1));
              };
          case NodeReference.OfLabel label ->
              List.of(TextNode.valueOf("n"), TextNode.valueOf("1"), TextNode.valueOf("true"), IPV4);
        };
    if (examples.stream().noneMatch(example -> fits(report, name, example))) {
      throw new Refusal(
          Reason.InvalidGlobal,
          "%s: %s cannot be in a %s"
              .formatted(path(name), value, report.btf().describe(global.type())));
    }
  }

  private static boolean fits(ObjectReport report, String name, JsonNode example) {
    try {
      encode(report, name, example);
      return true;
    } catch (Refusal no) {
      return false;
    }
  }

  private static String path(String name) {
    return "globals." + name;
  }

  private static ObjectGlobal global(ObjectReport report, String name) {
    return report
        .global(name)
        .orElseThrow(
            () ->
                new Refusal(
                    Reason.UnknownGlobal,
                    "%s: the object has no global %s%s"
                        .formatted(
                            path(name),
                            name,
                            Names.suggestion(
                                name,
                                report.globals().stream().map(ObjectGlobal::name).toList()))));
  }
}
