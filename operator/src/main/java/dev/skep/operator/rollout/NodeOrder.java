package dev.skep.operator.rollout;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The order in which a program's nodes get a new revision: by a hash of program and node, so that
 * every operator, at any time, sees the same one, and no node is first for all programs.
 */
public final class NodeOrder {
  private NodeOrder() {}

  public static List<String> of(String programUid, Collection<String> nodes) {
    return nodes.stream()
        .distinct()
        .sorted(
            Comparator.comparing((String node) -> rank(programUid, node))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static String rank(String programUid, String node) {
    try {
      byte[] bytes = (programUid + "/" + node).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
