package dev.skep.artifact.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Names of the kernel's helper functions, by the number that a call names (enum bpf_func_id). */
public final class HelperNames {
  /** One name a line, the first being number 0; the kernel added no more of them after 6.2. */
  private static final List<String> NAMES = read();

  /** Numbers that one object may call; far more than there are helpers. */
  static final int MOST = 1024;

  private HelperNames() {}

  /** The name of a number, e.g. bpf_map_lookup_elem; helper_N for one that is not known here. */
  public static String of(int number) {
    return number >= 0 && number < NAMES.size() ? NAMES.get(number) : "helper_" + number;
  }

  /** The number of a name; -1 for one that is not known here. */
  public static int number(String name) {
    return NAMES.indexOf(name);
  }

  /** One more than the largest number that has a name here. */
  public static int count() {
    return NAMES.size();
  }

  private static List<String> read() {
    try (InputStream names = HelperNames.class.getResourceAsStream("helpers.txt")) {
      return new String(names.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
