package dev.skep.node.cli;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.Attach.Direction;
import dev.skep.api.v1alpha1.Attach.Event;
import dev.skep.api.v1alpha1.Attach.XdpMode;
import dev.skep.api.v1alpha1.ProgramAttachment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An attachment as the option --attach writes it: FUNCTION, or FUNCTION=HOOK:TARGET. */
final class AttachText implements ITypeConverter<ProgramAttachment> {
  static final String FORMS =
      "tracepoint:CATEGORY/NAME, raw_tracepoint:NAME, kprobe:FUNCTION[+OFFSET], fentry:FUNCTION,"
          + " uprobe:BINARY:SYMBOL[+OFFSET], xdp:INTERFACE,…[@MODE], tc:ingress|egress:INTERFACE,…,"
          + " cgroup:PATH, perf_event:EVENT[@FREQUENCY]";

  @Override
  public ProgramAttachment convert(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new ProgramAttachment(text, null);
    }
    return new ProgramAttachment(
        text.substring(0, equals), Attach.of(hook(text.substring(equals + 1))));
  }

  private static Attach.Hook hook(String text) {
    int colon = text.indexOf(':');
    if (colon < 0 || colon == text.length() - 1) {
      throw wrong(text);
    }
    String target = text.substring(colon + 1);
    return switch (text.substring(0, colon)) {
      case "tracepoint", "tp" -> new Attach.Tracepoint(target);
      case "raw_tracepoint", "raw_tp", "tp_btf" -> new Attach.RawTracepoint(target);
      case "kprobe", "kretprobe" -> {
        Offset place = Offset.of(target);
        yield new Attach.Kprobe(place.base, place.offset == 0 ? null : (int) place.offset);
      }
      case "fentry", "fexit" -> new Attach.Fentry(target);
      case "uprobe", "uretprobe" -> uprobe(target);
      case "xdp" -> xdp(target);
      case "tc" -> tc(target);
      case "cgroup" -> new Attach.Cgroup(target);
      case "perf_event" -> perfEvent(target);
      default -> throw wrong(text);
    };
  }

  private static Attach.Hook uprobe(String target) {
    int colon = target.lastIndexOf(':');
    if (colon < 0) {
      Offset place = Offset.of(target);
      return new Attach.Uprobe(place.base, null, place.offset);
    }
    Offset place = Offset.of(target.substring(colon + 1));
    return new Attach.Uprobe(
        target.substring(0, colon), place.base, place.offset == 0 ? null : place.offset);
  }

  private static Attach.Hook xdp(String target) {
    int at = target.lastIndexOf('@');
    return at < 0
        ? new Attach.Xdp(names(target), XdpMode.Auto)
        : new Attach.Xdp(
            names(target.substring(0, at)), choice(XdpMode.class, target.substring(at + 1)));
  }

  private static Attach.Hook tc(String target) {
    int colon = target.indexOf(':');
    if (colon < 0) {
      throw wrong("tc:" + target);
    }
    return new Attach.Tc(
        names(target.substring(colon + 1)), choice(Direction.class, target.substring(0, colon)));
  }

  private static Attach.Hook perfEvent(String target) {
    int at = target.indexOf('@');
    return at < 0
        ? new Attach.PerfEvent(choice(Event.class, target), null, null)
        : new Attach.PerfEvent(
            choice(Event.class, target.substring(0, at)),
            (int) number(target.substring(at + 1)),
            null);
  }

  static List<String> names(String list) {
    return List.of(list.split(","));
  }

  private static <E extends Enum<E>> E choice(Class<E> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(c -> c.name().equalsIgnoreCase(text.replace("_", "").replace("-", "")))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    text
                        + " is none of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(Enum::name)
                            .collect(Collectors.joining(", "))));
  }

  private record Offset(String base, long offset) {
    static Offset of(String text) {
      int plus = text.lastIndexOf('+');
      return plus < 0
          ? new Offset(text, 0)
          : new Offset(text.substring(0, plus), number(text.substring(plus + 1)));
    }
  }

  private static long number(String text) {
    try {
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(text + " is not a number");
    }
  }

  private static TypeConversionException wrong(String text) {
    return new TypeConversionException("\"" + text + "\" is none of " + FORMS);
  }
}
