package dev.skep.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.hook.Xdp;
import dev.skep.api.v1alpha1.hook.XdpMode;
import dev.skep.node.kernel.LoadRecord.LinkRecord;
import dev.skep.node.target.Network;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final LoadKey KEY = new LoadKey("ns", "a.b", "aaaa");
  private static final LoadRecord RECORD =
      new LoadRecord(
          KEY,
          Map.of("f", "xdp"),
          List.of(
              new LinkRecord(
                  "f",
                  new Xdp(List.of("eth0"), XdpMode.Generic),
                  "xdp eth0 generic",
                  new Network("net:[1]", "/run/netns/x"),
                  List.of("f-0"),
                  null)));

  @TempDir Path folder;

  private Journal open() {
    return new Journal(folder, "build 1");
  }

  @Test
  @DisplayName("What was written last is read again, in whole")
  void reads() {
    Journal journal = open();
    journal.write(new LoadRecord(KEY, Map.of(), List.of()));
    journal.write(RECORD);
    assertThat(open().record(KEY)).hasValue(RECORD);
    journal.remove(KEY);
    assertThat(open().keys()).isEmpty();
  }

  @Test
  @DisplayName("Links that come and go are read again, and each takes a line of its own length")
  void links() throws IOException {
    LinkRecord link = RECORD.links().getFirst();
    Path file = folder.resolve("loads.jsonl");
    Journal journal = open();
    journal.write(new LoadRecord(KEY, Map.of("f", "xdp"), List.of()));
    journal.link(KEY, link);
    assertThat(open().record(KEY)).hasValue(RECORD);
    for (int i = 0; i < 100; i++) {
      journal.link(KEY, on("eth" + i));
    }
    long before = Files.size(file);
    journal.unlink(KEY, link);
    journal.unlink(KEY, link);
    assertThat(Files.size(file) - before).isBetween(1L, 1000L);
    assertThat(open().record(KEY).orElseThrow().links())
        .hasSize(100)
        .doesNotContain(link)
        .contains(on("eth7"));
    journal.shorten();
    journal.link(KEY, link);
    assertThat(open().record(KEY).orElseThrow().links()).hasSize(101).contains(link);
  }

  private static LinkRecord on(String name) {
    return new LinkRecord(
        "f",
        new Xdp(List.of(name), XdpMode.Auto),
        "xdp " + name,
        Network.own(),
        List.of("f-" + name),
        null);
  }

  @Test
  @DisplayName("A link is read again as it was made, whatever its hook")
  void everyHook() throws IOException {
    for (RecordComponent type : Attach.class.getRecordComponents()) {
      String attach = "{\"" + type.getName() + "\": {}}";
      LinkRecord link =
          new LinkRecord(
              "f",
              new ObjectMapper().readValue(attach, Attach.class).hook(),
              type.getName(),
              Network.own(),
              List.of(),
              null);
      open().link(KEY, link);
      assertThat(open().record(KEY).orElseThrow().links()).contains(link);
    }
  }

  @Test
  @DisplayName("A link of a load whose own line was cut is known all the same")
  void linkOfALostLoad() {
    open().link(KEY, on("eth0"));
    assertThat(open().record(KEY).orElseThrow().links()).containsExactly(on("eth0"));
  }

  @Test
  @DisplayName("A letter that was cut loses no other line")
  void cutLetter() throws IOException {
    open().write(RECORD);
    Path file = folder.resolve("loads.jsonl");
    Files.write(file, new byte[] {'{', (byte) 0xc3}, StandardOpenOption.APPEND);
    assertThat(open().record(KEY)).hasValue(RECORD);
  }

  @Test
  @DisplayName("A file of records that are all needed is not written anew at each change")
  void large() throws IOException {
    Journal journal = open();
    Path file = folder.resolve("loads.jsonl");
    Map<String, String> sections = Map.of("f", "x".repeat(100_000));
    for (int i = 0; i < 12; i++) {
      journal.write(new LoadRecord(new LoadKey("ns", "p" + i, "aaaa"), sections, List.of()));
    }
    Object inode = Files.getAttribute(file, "unix:ino");
    for (int i = 0; i < 5; i++) {
      journal.write(new LoadRecord(new LoadKey("ns", "small" + i, "aaaa"), Map.of(), List.of()));
    }
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
    assertThat(open().keys()).hasSize(17);
  }

  @Test
  @DisplayName("A last line that was cut loses no other")
  void cut() throws IOException {
    open().write(RECORD);
    Path file = folder.resolve("loads.jsonl");
    Files.writeString(file, "{\"record\":{\"key\":{\"na", StandardOpenOption.APPEND);
    LoadKey later = new LoadKey("ns", "later", "bbbb");
    Journal journal = open();
    journal.write(new LoadRecord(later, Map.of(), List.of()));
    assertThat(open().keys()).containsExactlyInAnyOrder(KEY, later);
  }

  @Test
  @DisplayName("Shortened it holds the same, and goes on being written")
  void shortens() throws IOException {
    Journal journal = open();
    for (int i = 0; i < 100; i++) {
      journal.write(new LoadRecord(KEY, Map.of("f", "xdp" + i), List.of()));
    }
    journal.write(RECORD);
    long before = Files.size(folder.resolve("loads.jsonl"));
    journal.shorten();
    assertThat(Files.size(folder.resolve("loads.jsonl"))).isLessThan(before / 10);
    assertThat(open().record(KEY)).hasValue(RECORD);
    journal.remove(KEY);
    assertThat(open().keys()).isEmpty();
  }

  @Test
  @DisplayName("A mark that was not taken away is a crash, of this build only")
  void marks() {
    Journal journal = open();
    journal.begin(KEY);
    assertThat(journal.unfinished(KEY)).isFalse();
    assertThat(open().unfinished(KEY)).isTrue();
    assertThat(new Journal(folder, "build 2").unfinished(KEY)).isFalse();
    journal.end(KEY);
    assertThat(open().unfinished(KEY)).isFalse();
  }

  @Test
  @DisplayName("A process that ends in order leaves no mark of its own, and makes none any more")
  void closes() {
    LoadKey crashed = new LoadKey("ns", "crashed", "aaaa");
    open().begin(crashed);
    Journal journal = open();
    journal.begin(KEY);

    journal.close();

    assertThat(open().unfinished(KEY)).isFalse();
    assertThat(open().unfinished(crashed)).as("of an earlier process").isTrue();
    assertThatThrownBy(() -> journal.begin(KEY)).hasMessageContaining("is ending");
    journal.end(KEY);
    assertThat(open().unfinished(KEY)).isFalse();
  }

  @Test
  @DisplayName("Any number of loads at a time have a mark each")
  void manyMarks() {
    Journal journal = open();
    for (int i = 0; i < 200; i++) {
      journal.begin(new LoadKey("ns", "p" + i, "aaaa"));
    }
    Journal next = open();
    for (int i = 0; i < 200; i++) {
      assertThat(next.unfinished(new LoadKey("ns", "p" + i, "aaaa"))).isTrue();
    }
  }
}
