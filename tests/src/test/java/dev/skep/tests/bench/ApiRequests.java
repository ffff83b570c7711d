package dev.skep.tests.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the API server was asked, by verb and resource, of the kinds that operator and daemon deal
 * with. Long-running watches count once, when they end; leases are left out, for they are renewed
 * by the clock and not by applies.
 */
record ApiRequests(Map<String, Long> counts) {
  private static final Set<String> KINDS =
      Set.of("bpfprograms", "bpfrevisions", "bpfnodes", "events", "secrets", "nodes", "configmaps");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

  static ApiRequests read(KubernetesClient client) {
    return parse(client.raw("/metrics"));
  }

  static ApiRequests parse(String metrics) {
    Map<String, Long> counts = new TreeMap<>();
    metrics
        .lines()
        .filter(line -> line.startsWith("apiserver_request_total{"))
        .forEach(line -> add(counts, line));
    return new ApiRequests(counts);
  }

  private static void add(Map<String, Long> counts, String line) {
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(line);
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    if (!KINDS.contains(labels.get("resource")) || labels.get("verb").equals("WATCH")) {
      return;
    }
    String sub = labels.get("subresource");
    String key =
        labels.get("verb") + " " + labels.get("resource") + (sub.isEmpty() ? "" : "/" + sub);
    long value = (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    counts.merge(key, value, Long::sum);
  }

  ApiRequests since(ApiRequests before) {
    Map<String, Long> made = new TreeMap<>();
    counts.forEach((key, n) -> put(made, key, n - before.counts.getOrDefault(key, 0L)));
    return new ApiRequests(made);
  }

  /** The same without {@code n} requests that were our own. */
  ApiRequests without(String key, long n) {
    Map<String, Long> rest = new TreeMap<>(counts);
    put(rest, key, rest.getOrDefault(key, 0L) - n);
    return new ApiRequests(rest);
  }

  private static void put(Map<String, Long> counts, String key, long n) {
    if (n == 0) {
      counts.remove(key);
    } else {
      counts.put(key, n);
    }
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Each of them divided by {@code n}, in words. */
  String per(int n) {
    return counts.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), (double) e.getValue() / n))
        .collect(Collectors.joining(", "));
  }
}
