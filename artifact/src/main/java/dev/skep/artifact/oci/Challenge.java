package dev.skep.artifact.oci;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be shown who asks: its WWW-Authenticate header (RFC 9110, section 11).
 *
 * @param scheme bearer or basic
 * @param parameters realm, service, scope
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern SCHEME = Pattern.compile("(?i)(?:^|,)\\s*(bearer|basic)(?:\\s+|$)");
  private static final Pattern PARAMETER =
      Pattern.compile("(\\w+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]+))");

  /** The strongest challenge that can be answered: bearer before basic. */
  static Optional<Challenge> choose(List<String> headers) {
    Optional<Challenge> basic = Optional.empty();
    for (String header : headers) {
      Matcher scheme = SCHEME.matcher(header);
      while (scheme.find()) {
        var challenge =
            new Challenge(
                scheme.group(1).toLowerCase(Locale.ROOT), parameters(header, scheme.end()));
        if (challenge.scheme.equals("bearer")) {
          return Optional.of(challenge);
        }
        basic = Optional.of(challenge);
      }
    }
    return basic;
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  private static Map<String, String> parameters(String header, int from) {
    var found = new HashMap<String, String>();
    Matcher matcher = PARAMETER.matcher(header).region(from, header.length());
    int expected = from;
    while (matcher.find() && header.substring(expected, matcher.start()).matches("[\\s,]*")) {
      String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      found.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
      expected = matcher.end();
    }
    return found;
  }
}
