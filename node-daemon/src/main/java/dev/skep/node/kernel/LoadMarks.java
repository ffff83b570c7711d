package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Which loads are under way, one slot of a file for each. A slot is written in place, so that one
 * fdatasync makes it last: a file for each mark would need its folder synced too, and the sync is
 * the dearest part of a small load.
 */
final class LoadMarks {
  private static final int SLOT = 512;
  private static final int FIRST_SLOTS = 64;
  private static final Duration SOON = Duration.ofMillis(200);

  private final String build;
  private final FileChannel file;
  private final List<LoadKey> slots = new ArrayList<>();
  private final List<LoadKey> crashed = new ArrayList<>();
  private boolean syncDue;
  private boolean closed;

  /** A mark of another build is a free slot: this build may try again what that one died of. */
  LoadMarks(Path path, String build) {
    this.build = build;
    try {
      file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (file.size() == 0) {
        file.write(ByteBuffer.allocate(FIRST_SLOTS * SLOT), 0);
        file.force(true);
      }
      for (long at = 0; at < file.size(); at += SLOT) {
        slots.add(read(at));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("journal " + path + " cannot be used", e);
    }
    slots.stream().filter(key -> key != null).forEach(crashed::add);
  }

  /** The load of a slot, or null where there is none of this build. */
  private LoadKey read(long at) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SLOT);
    file.read(bytes, at);
    String[] lines =
        new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).split("\n");
    return lines.length < 4 || !lines[0].equals(build)
        ? null
        : new LoadKey(lines[1], lines[2], lines[3]);
  }

  /** Whether a process of this build died in this load. */
  synchronized boolean crashed(LoadKey key) {
    return crashed.contains(key);
  }

  void begin(LoadKey key) {
    mark(key);
    // Outside the lock: loads that begin at once wait for the disk at once, and not in turn.
    sync();
  }

  private synchronized void mark(LoadKey key) {
    if (closed) {
      throw new Refusal(Reason.NodeNotReady, "the daemon of this node is ending");
    }
    int slot = slots.indexOf(null);
    if (slot < 0) {
      slot = slots.size();
      slots.add(null);
    }
    slots.set(slot, key);
    String mark =
        String.join("\n", build, key.namespace(), key.name(), key.load(), "").concat("\n");
    write(slot, mark.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Synced soon, once for all that end about then, so that the next load does not wait for it:
   * until then a power cut would let a load that went well look like one that took the machine
   * down.
   */
  synchronized void end(LoadKey key) {
    int slot = slots.lastIndexOf(key);
    if (slot >= 0) {
      slots.set(slot, null);
      write(slot, new byte[0]);
      if (!syncDue) {
        syncDue = true;
        Thread.ofVirtual().name("load-marks").start(this::syncSoon);
      }
    }
  }

  /** Takes the marks of this process away, which no load ended; those that others left stay. */
  void close() {
    boolean underWay = false;
    synchronized (this) {
      closed = true;
      for (int slot = 0; slot < slots.size(); slot++) {
        if (slots.get(slot) != null && !crashed.contains(slots.get(slot))) {
          underWay = true;
          slots.set(slot, null);
          write(slot, new byte[0]);
        }
      }
    }
    if (underWay) {
      sync();
    }
  }

  private void syncSoon() {
    LockSupport.parkNanos(SOON.toNanos());
    synchronized (this) {
      syncDue = false;
    }
    sync();
  }

  private void write(int slot, byte[] bytes) {
    ByteBuffer whole = ByteBuffer.allocate(SLOT).put(bytes).clear();
    try {
      file.write(whole, (long) slot * SLOT);
    } catch (IOException e) {
      throw new UncheckedIOException("the journal of loads cannot be written", e);
    }
  }

  private void sync() {
    try {
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException("the journal of loads cannot be written", e);
    }
  }
}
