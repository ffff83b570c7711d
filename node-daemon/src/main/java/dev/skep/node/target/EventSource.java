package dev.skep.node.target;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A dynamic source of perf events: kprobe or uprobe, where the kernel was built with them.
 *
 * @param type its perf_event_attr.type
 * @param returnBit the bit of perf_event_attr.config that asks for the return of a function
 */
public record EventSource(int type, long returnBit) {
  private static final Path DEVICES = Path.of("/sys/bus/event_source/devices");

  /** PERF_UPROBE_REF_CTR_OFFSET_SHIFT of the kernel's kernel/events/core.c. */
  private static final int COUNTER_SHIFT = 32;

  /** The perf_event_attr.config that lets a uprobe count itself up at this offset in the file. */
  public long counter(long offset) {
    return offset << COUNTER_SHIFT;
  }

  /**
   * The source of this name, if the kernel has it.
   *
   * @throws UncheckedIOException where it has, and it cannot be read now
   */
  public static Optional<EventSource> find(String name) {
    Path device = DEVICES.resolve(name);
    try {
      int type = Integer.parseInt(Files.readString(device.resolve("type")).strip());
      // "config:0"
      String format = Files.readString(device.resolve("format/retprobe")).strip();
      return Optional.of(
          new EventSource(type, 1L << Integer.parseInt(format.substring("config:".length()))));
    } catch (IOException e) {
      if (Files.isReadable(device.resolve("type"))) {
        throw new UncheckedIOException(e);
      }
      return Optional.empty();
    }
  }
}
