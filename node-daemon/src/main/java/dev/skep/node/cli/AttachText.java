package dev.skep.node.cli;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.ProgramAttachment;
import dev.skep.api.v1alpha1.hook.Cgroup;
import dev.skep.api.v1alpha1.hook.Direction;
import dev.skep.api.v1alpha1.hook.Event;
import dev.skep.api.v1alpha1.hook.Fentry;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.api.v1alpha1.hook.Kprobe;
import dev.skep.api.v1alpha1.hook.PerfEvent;
import dev.skep.api.v1alpha1.hook.RawTracepoint;
import dev.skep.api.v1alpha1.hook.Tc;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.api.v1alpha1.hook.Uprobe;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.node.source.ManifestReader;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An attachment as the option --attach writes it: FUNCTION, or FUNCTION=HOOK:TARGET. */
final class AttachText implements ITypeConverter<ProgramAttachment> {
  static final String FORMS =
      "tracepoint:CATEGORY/NAME, raw_tracepoint:NAME, kprobe:FUNCTION[+OFFSET], fentry:FUNCTION,"
          + " uprobe:BINARY:SYMBOL[+OFFSET], xdp:INTERFACE,…[@MODE], tc:ingress|egress:INTERFACE,…,"
          + " cgroup:PATH, perf_event:EVENT[@FREQUENCY]; or, for every hook, its YAML: {netfilter:"
          + " {family: Ipv4, hook: LocalIn}}";

  @Override
  public ProgramAttachment convert(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new ProgramAttachment(text, null);
    }
    String target = text.substring(equals + 1);
    return new ProgramAttachment(
        text.substring(0, equals),
        target.startsWith("{") ? yaml(target) : understood(target, () -> Attach.of(hook(target))));
  }

  private static Hook hook(String text) {
    int colon = text.indexOf(':');
    if (colon < 0 || colon == text.length() - 1) {
      throw wrong(text);
    }
    String target = text.substring(colon + 1);
    return switch (text.substring(0, colon)) {
      case "tracepoint", "tp" -> new Tracepoint(target);
      case "raw_tracepoint", "raw_tp", "tp_btf" -> new RawTracepoint(target);
      case "kprobe", "kretprobe" -> {
        Offset place = Offset.of(target);
        yield new Kprobe(place.base, place.offset == 0 ? null : (int) place.offset);
      }
      case "fentry", "fexit" -> new Fentry(target);
      case "uprobe", "uretprobe" -> uprobe(target);
      case "xdp" -> xdp(target);
      case "tc" -> tc(target);
      case "cgroup" -> new Cgroup(target);
      case "perf_event" -> perfEvent(target);
      default -> throw wrong(text);
    };
  }

  private static Attach yaml(String text) {
    Attach attach = understood(text, () -> ManifestReader.attach(text));
    if (attach == null || attach.hook() == null) {
      throw wrong(text);
    }
    return attach;
  }

  /** Both forms keep the bounds that the API server would. */
  private static Attach understood(String text, Supplier<Attach> attach) {
    try {
      return ManifestReader.inBounds(attach.get());
    } catch (ManifestReader.NotUnderstood e) {
      throw new TypeConversionException(text + ": " + e.getMessage());
    } catch (ArithmeticException e) {
      throw new TypeConversionException(text + ": the number is too large");
    }
  }

  private static Hook uprobe(String target) {
    int colon = target.lastIndexOf(':');
    if (colon < 0) {
      Offset place = Offset.of(target);
      return new Uprobe(place.base, null, place.offset);
    }
    Offset place = Offset.of(target.substring(colon + 1));
    return new Uprobe(
        target.substring(0, colon), place.base, place.offset == 0 ? null : place.offset);
  }

  private static Hook xdp(String target) {
    int at = target.lastIndexOf('@');
    return at < 0
        ? new Xdp(names(target), XdpMode.Auto)
        : new Xdp(names(target.substring(0, at)), choice(XdpMode.class, target.substring(at + 1)));
  }

  private static Hook tc(String target) {
    int colon = target.indexOf(':');
    if (colon < 0) {
      throw wrong("tc:" + target);
    }
    return new Tc(
        names(target.substring(colon + 1)), choice(Direction.class, target.substring(0, colon)));
  }

  private static Hook perfEvent(String target) {
    int at = target.indexOf('@');
    return at < 0
        ? new PerfEvent(choice(Event.class, target), null, null)
        : new PerfEvent(
            choice(Event.class, target.substring(0, at)),
            Math.toIntExact(number(target.substring(at + 1))),
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
