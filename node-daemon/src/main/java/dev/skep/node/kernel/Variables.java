package dev.skep.node.kernel;

import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ObjectReport.ObjectGlobal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

/** Which global variables lie where. */
final class Variables {
  private static final int HASH = 16;

  private Variables() {}

  /** A hash of names, places and sizes for each section; two alike hold the same variables. */
  static Map<String, String> layouts(ObjectReport report) {
    return report.globals().stream()
        .sorted(Comparator.comparing(ObjectGlobal::offset).thenComparing(ObjectGlobal::name))
        .collect(
            Collectors.groupingBy(
                ObjectGlobal::section,
                Collectors.collectingAndThen(
                    Collectors.mapping(
                        g -> "%s@%d+%d".formatted(g.name(), g.offset(), g.size()),
                        Collectors.joining(",")),
                    Variables::hash)));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
