package dev.skep.node.target;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.target.ElfFile.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The notes that a compiler leaves of static probes: section .note.stapsdt of sys/sdt.h. */
final class UsdtNotes {
  private static final int STAPSDT = 3;
  private static final int MAX_PLACES = 10_000;

  /** BPF_USDT_MAX_ARG_CNT of usdt.bpf.h. */
  private static final int MAX_ARGUMENTS = 12;

  private UsdtNotes() {}

  /** A note as it stands in the file. */
  private record Note(
      long address, long base, long semaphore, String provider, String name, String arguments) {}

  static List<UsdtProbe> find(ElfFile elf, Path file, String provider, String name)
      throws IOException {
    Set<String> others = new TreeSet<>();
    List<UsdtProbe> places = new ArrayList<>();
    List<Section> sections = elf.sections();
    for (Section section : sections) {
      if (section.name().equals(".note.stapsdt")) {
        ByteBuffer notes = elf.read(section);
        for (Optional<Note> n = next(notes); n.isPresent(); n = next(notes)) {
          Note note = n.get();
          if (!note.provider().equals(provider) || !note.name().equals(name)) {
            others.add(note.provider() + ":" + note.name());
          } else if (places.size() < MAX_PLACES) {
            places.add(place(elf, sections, file, note));
          }
        }
      }
    }
    if (places.isEmpty()) {
      throw new Refusal(
          Reason.SymbolNotFound,
          "binary %s has no static probe %s:%s%s"
              .formatted(
                  file,
                  provider,
                  name,
                  others.isEmpty()
                      ? ", nor any other (section .note.stapsdt)"
                      : Hint.nearest(provider + ":" + name, others)));
    }
    return places;
  }

  /** The next note, or none when the rest is not one. */
  private static Optional<Note> next(ByteBuffer notes) {
    while (notes.remaining() >= 12) {
      long nameSize = Integer.toUnsignedLong(notes.getInt());
      long size = Integer.toUnsignedLong(notes.getInt());
      int type = notes.getInt();
      long end = notes.position() + padded(nameSize) + padded(size);
      if (end > notes.limit()) {
        return Optional.empty();
      }
      int description = (int) (notes.position() + padded(nameSize));
      notes.position((int) end);
      if (type == STAPSDT && size >= 24) {
        return Optional.of(note(notes.duplicate().order(notes.order()), description, (int) size));
      }
    }
    return Optional.empty();
  }

  private static long padded(long size) {
    return (size + 3) & ~3L;
  }

  private static Note note(ByteBuffer notes, int at, int size) {
    notes.limit(at + size);
    String provider = ElfFile.text(notes, at + 24);
    int second = at + 24 + bytes(provider) + 1;
    String name = ElfFile.text(notes, second);
    String arguments = ElfFile.text(notes, second + bytes(name) + 1);
    return new Note(
        notes.getLong(at),
        notes.getLong(at + 8),
        notes.getLong(at + 16),
        provider,
        name,
        arguments);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static UsdtProbe place(ElfFile elf, List<Section> sections, Path file, Note note)
      throws IOException {
    // A linker that moved the file afterwards (prelink) moved this section too, and no note.
    long moved =
        sections.stream()
            .filter(s -> s.name().equals(".stapsdt.base") && note.base() != 0)
            .mapToLong(s -> s.address() - note.base())
            .findFirst()
            .orElse(0);
    return new UsdtProbe(
        elf.fileOffset(note.address() + moved),
        note.semaphore() == 0 ? 0 : elf.fileOffset(note.semaphore() + moved),
        arguments(elf, file, note));
  }

  private static List<UsdtArgument> arguments(ElfFile elf, Path file, Note note) {
    List<UsdtArgument> arguments = new ArrayList<>();
    // [sp, 16] of arm64 has a space in it.
    String[] texts = note.arguments().strip().split(" (?![^\\[]*\\])");
    for (String text : texts) {
      if (!text.isEmpty()) {
        arguments.add(
            UsdtArgument.parse(elf.machine(), text)
                .orElseThrow(
                    () -> refusal(file, note, "argument \"" + text + "\" cannot be read")));
      }
    }
    if (arguments.size() > MAX_ARGUMENTS) {
      throw refusal(file, note, "more than " + MAX_ARGUMENTS + " arguments cannot be read");
    }
    return arguments;
  }

  private static Refusal refusal(Path file, Note note, String what) {
    return new Refusal(
        Reason.Incompatible,
        "static probe %s:%s of %s: %s by BPF programs"
            .formatted(note.provider(), note.name(), file, what));
  }
}
