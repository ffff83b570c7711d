package dev.skep.node.kernel;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skep.api.v1alpha1.hook.Tracepoint;
import dev.skep.node.kernel.LoadRecord.LinkRecord;
import dev.skep.node.target.Network;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was meant, beside the pins that say what is: a record of each load, and a mark for each load
 * under way. A line is appended for each change, a load's own or one attachment of it, so that the
 * hundredth attachment costs what the first does; the file is written anew when most of it is past.
 *
 * <p>Records need no fsync: they and the pins they speak of outlive a process, and neither is of
 * use after a reboot. A mark is synced before the step it stands for, since that step may take the
 * machine down.
 */
public final class Journal {
  private static final String RECORDS = "loads.jsonl";
  private static final String MARKS = "loading";

  /** Bytes; a file of fewer is not worth writing anew. */
  private static final long LARGEST = 1 << 20;

  /** One line: a load's record, the key of a load that is gone, or a link of a load. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private record Line(
      LoadRecord record, LoadKey removed, LoadKey of, LinkRecord linked, LinkRecord unlinked) {
    static Line of(LoadRecord record) {
      return new Line(record, null, null, null, null);
    }

    static Line removed(LoadKey key) {
      return new Line(null, key, null, null, null);
    }
  }

  // What a newer version wrote beside it makes no line unreadable for this one.
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
          .build();
  private static final ObjectReader READER = JSON.readerFor(Line.class);
  private static final ObjectWriter WRITER = JSON.writerFor(Line.class);

  private final Path file;
  private final LoadMarks marks;
  private final Map<LoadKey, LoadRecord> records = new HashMap<>();
  private OutputStream lines;
  private long size;

  /** Bytes of the file when nothing in it was past. */
  private long needed;

  /**
   * Reads what is there; changes nothing but that it makes the files where they are not.
   *
   * @param folder made if it is not there
   * @param build what a mark holds for: daemon version and kernel release. Another build may try
   *     again what this one died of
   */
  public Journal(Path folder, String build) {
    this.file = folder.resolve(RECORDS);
    try {
      Files.createDirectories(folder);
      this.marks = new LoadMarks(folder.resolve(MARKS), build);
      this.lines = append(file);
      this.size = Files.size(file);
      // Not Files.readAllLines, to which a letter that was cut is an error.
      new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().forEach(this::read);
    } catch (IOException e) {
      throw new UncheckedIOException("journal " + folder + " cannot be used", e);
    }
  }

  private static OutputStream append(Path file) throws IOException {
    return new FileOutputStream(file.toFile(), true);
  }

  /** A line that was cut is as good as none; what it spoke of is then said to be unknown. */
  private void read(String text) {
    try {
      Line line = READER.readValue(text);
      if (line.record() != null && line.record().key() != null) {
        records.put(line.record().key(), line.record());
      } else if (line.removed() != null) {
        records.remove(line.removed());
      } else if (line.of() != null && line.linked() != null) {
        records.put(line.of(), of(line.of()).with(line.linked()));
      } else if (line.of() != null && line.unlinked() != null) {
        records.put(line.of(), of(line.of()).without(line.unlinked()));
      }
    } catch (IOException cut) {
      return;
    }
  }

  /** Writes a line to nowhere: the first takes a hundred times as long as the next. */
  void rehearse() {
    LoadKey key = new LoadKey("", "", "");
    LinkRecord link =
        new LinkRecord("", new Tracepoint(""), "", new Network("", ""), List.of(""), "");
    try {
      READER.readValue(
          WRITER.writeValueAsBytes(
              new Line(new LoadRecord(key, Map.of("", ""), List.of(link)), key, key, link, link)));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Which entries of maps are ours, beside the journal. */
  EntryRecords entries() {
    return new EntryRecords(file.resolveSibling("entries"));
  }

  synchronized Optional<LoadRecord> record(LoadKey key) {
    return Optional.ofNullable(records.get(key));
  }

  synchronized List<LoadKey> keys() {
    return List.copyOf(records.keySet());
  }

  synchronized void write(LoadRecord record) {
    records.put(record.key(), record);
    write(Line.of(record));
  }

  /** A load's record; one that was lost begins empty. */
  private LoadRecord of(LoadKey key) {
    LoadRecord known = records.get(key);
    return known == null ? new LoadRecord(key, Map.of(), List.of()) : known;
  }

  /** Says that a load has a link more. */
  synchronized void link(LoadKey key, LinkRecord link) {
    records.put(key, of(key).with(link));
    write(new Line(null, null, key, link, null));
  }

  /** Says that a load has it no more. */
  synchronized void unlink(LoadKey key, LinkRecord link) {
    LoadRecord before = of(key);
    if (before.links().contains(link)) {
      records.put(key, before.without(link));
      write(new Line(null, null, key, null, link));
    }
  }

  synchronized void remove(LoadKey key) {
    if (records.remove(key) != null) {
      write(Line.removed(key));
    }
  }

  private void write(Line line) {
    try {
      size += append(lines, line);
      if (size > Math.max(LARGEST, 2 * needed)) {
        shorten();
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException("journal " + file + " cannot be written", e);
  }

  private static int append(OutputStream lines, Line line) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    // The line end comes first too, so that a line that was cut spoils no other.
    text.write('\n');
    WRITER.writeValue(text, line);
    text.write('\n');
    text.writeTo(lines);
    return text.size();
  }

  /** Leaves out what is past. For the process that writes this journal, and for no other. */
  synchronized void shorten() {
    Path fresh = file.resolveSibling(RECORDS + "~");
    try {
      Files.deleteIfExists(fresh);
      OutputStream shorter = append(fresh);
      try {
        for (LoadRecord record : records.values()) {
          append(shorter, Line.of(record));
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        // The old file is whole, and goes on being written.
        shorter.close();
        throw e;
      }
      lines.close();
      lines = shorter;
      needed = Files.size(file);
      size = needed;
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Marks that a load begins. */
  public void begin(LoadKey key) {
    marks.begin(key);
  }

  /** Takes the mark away: the load ended, well or not, and the process lives. */
  public void end(LoadKey key) {
    marks.end(key);
  }

  /** The process ends in order: no load did that which is under way, and none begins any more. */
  void close() {
    marks.close();
  }

  /** Whether a process of this build died in this load. */
  public boolean unfinished(LoadKey key) {
    return marks.crashed(key);
  }
}
