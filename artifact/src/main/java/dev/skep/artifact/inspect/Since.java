package dev.skep.artifact.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The Linux version in which something of eBPF first was, where it is known. */
public final class Since {
  /**
   * Lines of what it is, its name, of a helper perhaps the kind of its callers, and the version.
   */
  private static final Map<String, String> VERSIONS = read();

  private Since() {}

  /** Of a kind of programs, as {@link ProgramType#kind} names it. */
  public static Optional<String> kind(String name) {
    return Optional.ofNullable(VERSIONS.get("kind " + name));
  }

  /** Of a map type, as {@link MapType} names it. */
  public static Optional<String> map(String name) {
    return Optional.ofNullable(VERSIONS.get("map " + name));
  }

  /**
   * Of a helper function for a kind of programs, as far as it is known that those may call it later
   * than others; else of the helper, which not every kind may call.
   */
  public static Optional<String> helper(String name, String kind) {
    return laterHelper(name, kind).or(() -> Optional.ofNullable(VERSIONS.get("helper " + name)));
  }

  /** Where a kind of programs may call a helper later than others. */
  public static Optional<String> laterHelper(String name, String kind) {
    return Optional.ofNullable(VERSIONS.get("helper " + name + " " + kind));
  }

  /** Every kind of programs that has a version here. */
  public static List<String> kinds() {
    return names("kind ");
  }

  private static List<String> names(String what) {
    return VERSIONS.keySet().stream()
        .filter(key -> key.startsWith(what))
        .map(key -> key.substring(what.length()))
        .sorted()
        .toList();
  }

  private static Map<String, String> read() {
    try (InputStream lines = Since.class.getResourceAsStream("since.txt")) {
      return new String(lines.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .collect(
              Collectors.toMap(
                  line -> line.substring(0, line.lastIndexOf(' ')),
                  line -> line.substring(line.lastIndexOf(' ') + 1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
