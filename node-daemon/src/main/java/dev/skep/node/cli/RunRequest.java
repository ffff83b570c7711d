package dev.skep.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.Image;
import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Event;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectProgram;
import dev.skep.artifact.oci.ResolvedImage;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** What is to run, as options: the same that a BpfProgram says. */
final class RunRequest {
  private static final String NAMESPACE = "run";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @Option(
      names = {"-a", "--attach"},
      paramLabel = "FUNCTION[=HOOK:TARGET]",
      converter = AttachText.class,
      description =
          "A function to run, and where it is attached; may be given several times. HOOK:TARGET is"
              + " one of "
              + AttachText.FORMS
              + ". Default: every function of the object, as its SEC() says.")
  private List<ProgramAttachment> attachments = List.of();

  @Option(
      names = {"-i", "--interface"},
      paramLabel = "NAME",
      split = ",",
      description = "Network interfaces for XDP and TC functions whose target is not named.")
  private List<String> interfaces = List.of();

  @Option(
      names = "--cgroup",
      paramLabel = "PATH",
      description = "Control group for cgroup functions whose target is not named. Default: all.")
  private String cgroup;

  @Option(
      names = {"-g", "--global"},
      paramLabel = "NAME=VALUE",
      description =
          "Value of a global variable: a number, true or false, an enumerator, a text, or JSON. May"
              + " be given several times.")
  private Map<String, String> globals = new LinkedHashMap<>();

  boolean given() {
    return !attachments.isEmpty() || !interfaces.isEmpty() || cgroup != null || !globals.isEmpty();
  }

  BpfProgram program(ResolvedImage image, ObjectReport report) {
    BpfProgram program = new BpfProgram();
    program.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(NAMESPACE)
            .withName(name(image.objectName()))
            .build());
    Map<String, JsonNode> values = new LinkedHashMap<>();
    globals.forEach((name, value) -> values.put(name, json(value)));
    program.setSpec(
        new BpfProgramSpec(
            new Image(image.reference(), null, null),
            programs(report),
            values,
            null,
            null,
            null,
            null,
            null));
    return program;
  }

  /** What was named, or every function of the object, with the targets that are still missing. */
  private List<ProgramAttachment> programs(ObjectReport report) {
    List<ProgramAttachment> asked = attachments;
    if (asked.isEmpty()) {
      asked =
          report.programs().stream()
              .filter(ObjectProgram::autoload)
              .map(p -> new ProgramAttachment(p.function(), null))
              .toList();
    }
    List<ProgramAttachment> complete = new ArrayList<>();
    for (ProgramAttachment one : asked) {
      ObjectProgram program = report.program(one.function()).orElse(null);
      complete.add(
          one.asked().isEmpty() && program != null && program.defaultAttach() == null
              ? new ProgramAttachment(one.function(), implied(program))
              : one);
    }
    return complete;
  }

  private Attach implied(ObjectProgram program) {
    return switch (program.type()) {
      case xdp -> Attach.of(new Xdp(named(program), null));
      case tc ->
          Attach.of(
              new Tc(
                  named(program),
                  program.section().endsWith("egress") ? Direction.Egress : Direction.Ingress));
      case cgroup_skb,
          cgroup_sock_addr,
          cgroup_sock,
          cgroup_sockopt,
          cgroup_sysctl,
          cgroup_device,
          sock_ops ->
          Attach.of(new Cgroup(cgroup == null ? "/" : cgroup));
      case perf_event -> Attach.of(new PerfEvent(Event.CpuClock, null, null));
      case uprobe, uretprobe ->
          throw unnamed(program, "--attach " + program.function() + "=uprobe:BINARY:SYMBOL");
      // What else names no target is refused at admission, by its type.
      default -> null;
    };
  }

  private List<String> named(ObjectProgram program) {
    if (interfaces.isEmpty()) {
      throw unnamed(program, "--interface NAME");
    }
    return interfaces;
  }

  private static CommandFailure unnamed(ObjectProgram program, String option) {
    return new CommandFailure(
        ExitCode.USAGE,
        "%s is of type %s, and its SEC(\"%s\") names no target: add %s"
            .formatted(program.function(), program.type(), program.section(), option));
  }

  /** What reads as JSON is JSON, anything else a text. */
  private static JsonNode json(String value) {
    try {
      JsonNode node = JSON.readTree(value);
      return node == null || node.isMissingNode() ? TextNode.valueOf(value) : node;
    } catch (JsonProcessingException text) {
      return TextNode.valueOf(value);
    }
  }

  private static String name(String objectName) {
    String name =
        objectName
            .replaceAll("(\\.bpf)?\\.o$", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    return name.isEmpty() ? "object" : name;
  }
}
