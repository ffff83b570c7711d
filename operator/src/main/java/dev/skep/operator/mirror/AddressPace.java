package dev.skep.operator.mirror;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How many new tokens a second are checked for one address. A daemon has a new one every hour, and
 * its node's address; what is shown from elsewhere is not to keep it waiting.
 */
final class AddressPace {
  static final int A_SECOND = 5;

  private final Map<String, Integer> shown = new HashMap<>();
  private long second;

  synchronized boolean allows(String address, Instant now) {
    if (now.getEpochSecond() != second) {
      second = now.getEpochSecond();
      shown.clear();
    }
    return shown.merge(address, 1, Integer::sum) <= A_SECOND;
  }
}
