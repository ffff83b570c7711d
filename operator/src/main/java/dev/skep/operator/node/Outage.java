package dev.skep.operator.node;

import java.time.Duration;
import java.time.Instant;

/**
 * The last time in which no heartbeat could come through, and silence said nothing about a node.
 *
 * @param begin when the API server last answered before
 * @param end when it answered again; MAX while it does not
 */
record Outage(Instant begin, Instant end) {
  static final Outage NONE = new Outage(Instant.EPOCH, Instant.EPOCH);

  /**
   * Another one, that lasts. It goes on with the one before where that is so fresh that a node
   * which fell silent in it has not had its time yet.
   */
  Outage begins(Instant lastAnswer, Duration unknownAfter) {
    return new Outage(
        lastAnswer.isBefore(end.plus(unknownAfter)) ? begin : lastAnswer, Instant.MAX);
  }

  Outage ends(Instant now) {
    return new Outage(begin, now);
  }

  boolean lasts() {
    return end.equals(Instant.MAX);
  }

  /**
   * The heartbeat that counts: none is missed that could not be heard, if one was to be expected.
   */
  Instant counted(Instant heartbeat, Duration unknownAfter, Instant now) {
    Instant until = lasts() ? now : end;
    boolean wasHeard = heartbeat.plus(unknownAfter).isAfter(begin);
    return wasHeard && heartbeat.isBefore(until) ? until : heartbeat;
  }
}
