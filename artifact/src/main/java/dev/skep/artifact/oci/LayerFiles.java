package dev.skep.artifact.oci;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The files of an image's layers that may be its object: those called *.o, and ELFs. Nothing is
 * written to a disk, so names and links in an archive lead nowhere.
 */
final class LayerFiles {
  private final String subject;
  private final Overlay overlay = new Overlay();
  private long unpacked;
  private long headerEnd = Long.MAX_VALUE;

  LayerFiles(String subject) {
    this.subject = subject;
  }

  /** Lays one more layer over those before it. */
  void add(byte[] layer) {
    overlay.nextLayer();
    try (var tar = new TarArchiveInputStream(new Bounded(decompress(layer)))) {
      for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
        add(entry, tar);
      }
    } catch (IOException | IllegalArgumentException e) {
      // commons-compress answers some malformed headers with IllegalArgumentException.
      throw new Refusal(
          Reason.InvalidImage,
          "%s: a layer is not a sound tar archive (%s); build and push it again"
              .formatted(subject, e.getMessage()),
          e);
    }
  }

  List<Candidate> candidates() {
    return overlay.files().entrySet().stream()
        .map(file -> new Candidate(file.getKey(), file.getValue()))
        .toList();
  }

  /** The next entry; commons-compress takes names and attributes of any length into memory. */
  private TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    if (tar.getCurrentEntry() != null) {
      tar.skip(Long.MAX_VALUE);
    }
    headerEnd = unpacked + Limits.FILE_HEADER;
    TarArchiveEntry entry = tar.getNextEntry();
    headerEnd = Long.MAX_VALUE;
    if (entry != null && attributes(entry) > Limits.FILE_ATTRIBUTES) {
      throw new Refusal(
          Reason.TooLarge,
          "%s: a file in a layer has %d attributes; the limit is %d"
              .formatted(subject, attributes(entry), Limits.FILE_ATTRIBUTES));
    }
    return entry;
  }

  /** Those given once for all files that follow are counted for each, and grow with each. */
  private static int attributes(TarArchiveEntry entry) {
    List<?> parts = entry.getSparseHeaders();
    return entry.getExtraPaxHeaders().size() + (parts == null ? 0 : parts.size());
  }

  private void add(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
    String name = Overlay.path(entry.getName());
    if (overlay.whiteout(name)) {
      return;
    }
    if (entry.isDirectory()) {
      overlay.folder(name);
      return;
    }
    overlay.replace(name);
    if (!isPlainFile(entry)) {
      return;
    }
    byte[] head = tar.readNBytes(4);
    if (!name.endsWith(".o") && !Candidate.isElf(head)) {
      return;
    }
    Limits.check(subject, "the file " + name, entry.getSize(), Limits.OBJECT);
    byte[] rest = tar.readNBytes(Math.toIntExact(entry.getSize()) - head.length);
    byte[] bytes = new byte[head.length + rest.length];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(rest, 0, bytes, head.length, rest.length);
    overlay.put(name, bytes);
  }

  private static boolean isPlainFile(TarArchiveEntry entry) {
    byte flag = entry.getLinkFlag();
    return (flag == TarConstants.LF_NORMAL || flag == TarConstants.LF_OLDNORM) && !entry.isSparse();
  }

  private InputStream decompress(byte[] layer) throws IOException {
    if (startsWith(layer, 0x1f, 0x8b)) {
      return new BufferedInputStream(new GZIPInputStream(new ByteArrayInputStream(layer)));
    }
    if (startsWith(layer, 0x28, 0xb5, 0x2f, 0xfd)) {
      throw new Refusal(
          Reason.InvalidImage,
          subject + ": a layer is compressed with zstd, which is not read; build it with gzip");
    }
    return new ByteArrayInputStream(layer);
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (Byte.toUnsignedInt(bytes[i]) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** Stops a layer that unpacks to more than an image may hold. */
  private final class Bounded extends FilterInputStream {
    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      count(Math.max(read, 0));
      return read;
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = in.skip(n);
      count(skipped);
      return skipped;
    }

    private void count(long bytes) {
      unpacked += bytes;
      if (unpacked > headerEnd) {
        throw Limits.tooLarge(
            subject, "the name and attributes of a file in a layer are longer", Limits.FILE_HEADER);
      }
      if (unpacked > Limits.UNPACKED) {
        throw Limits.tooLarge(subject, "its layers unpack to more", Limits.UNPACKED);
      }
    }
  }
}
