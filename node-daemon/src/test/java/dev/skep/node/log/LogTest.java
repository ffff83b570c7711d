package dev.skep.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogTest {
  private static final Logger LOGGER = Logger.getLogger(LogTest.class.getName());
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(new LogLine().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void leave() {
    LOGGER.removeHandler(handler);
  }

  @Test
  @DisplayName("a line has what its work shares, then its own pairs, quoted where they need it")
  void line() {
    Log.of(LogTest.class).with("program", "ns/a").info("attached", "to", "xdp eth0", "n", 1);

    assertThat(lines.getFirst())
        .endsWith(" INFO attached program=ns/a to=\"xdp eth0\" n=1 logger=LogTest\n");
  }

  @Test
  @DisplayName("what others wrote cannot begin a line of its own")
  void oneLine() {
    Log.of(LogTest.class).info("failed", "cause", "a\n2026 INFO \"fine\"");

    assertThat(lines.getFirst()).contains("cause=\"a\\n2026 INFO \\\"fine\\\"\"");
    assertThat(lines.getFirst().lines()).hasSize(1);
  }
}
