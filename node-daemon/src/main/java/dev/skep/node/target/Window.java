package dev.skep.node.target;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A part of a file, however large, of which one page is in memory: whoever wrote the file does not
 * decide how much of the daemon's heap it takes.
 */
final class Window {
  private static final int PAGE = 128 << 10;

  /**
   * What is read first: names in no order must not cost a page each. Twice that next, and so on.
   */
  private static final int JUMP = 4 << 10;

  private final FileChannel channel;
  private final long start;
  private final long size;
  private final ByteBuffer page = ByteBuffer.allocate(PAGE).limit(0);
  private long pageAt;

  Window(FileChannel channel, long start, long size) {
    this.channel = channel;
    this.start = start;
    this.size = size;
  }

  long size() {
    return size;
  }

  /**
   * The bytes at a place, in little endian: so many, or fewer at the end of the part.
   *
   * @return valid until the next call
   */
  ByteBuffer at(long place, int bytes) throws IOException {
    int wanted = (int) Math.min(bytes, size - place);
    if (place < pageAt || place + wanted > pageAt + page.limit()) {
      turn(place, wanted);
    }
    return page.slice((int) (place - pageAt), wanted).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void turn(long place, int wanted) throws IOException {
    boolean follows = place >= pageAt && place <= pageAt + page.limit();
    int bytes = follows ? Math.min(PAGE, Math.max(JUMP, 2 * page.limit())) : JUMP;
    page.clear().limit((int) Math.min(Math.max(bytes, wanted), size - place));
    pageAt = place;
    while (page.hasRemaining()) {
      if (channel.read(page, start + place + page.position()) < 0) {
        page.limit(0);
        throw new EOFException("the file ends in a table");
      }
    }
    page.flip();
  }
}
