package dev.skep.node.metrics;

/**
 * Places for series, shared by all declared metrics of a node, so that their sum is bounded too.
 */
final class Room {
  private int left;

  Room(int places) {
    this.left = places;
  }

  boolean take() {
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }

  void giveBack(int places) {
    left += places;
  }
}
