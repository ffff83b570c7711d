package dev.skep.artifact.oci;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Images in a folder in the OCI image layout, written {@code oci:DIR[:tag]} as skopeo does.
 *
 * @param folder the folder with index.json and blobs/
 * @param tag which of the images there; not needed when there is one
 */
public record OciLayout(Path folder, Optional<String> tag) {
  private static final String PREFIX = "oci:";

  /** Whether a text names a layout folder, not an image in a registry. */
  public static boolean isLayout(String text) {
    return text.startsWith(PREFIX);
  }

  /**
   * Reads {@code oci:DIR[:tag]}.
   *
   * @throws Refusal InvalidReference when it is not one
   */
  public static OciLayout parse(String text) {
    String rest = isLayout(text) ? text.substring(PREFIX.length()) : "";
    if (rest.isEmpty() || rest.indexOf('\0') >= 0) {
      throw new Refusal(
          Reason.InvalidReference,
          "\"" + text + "\": not a layout folder; write it as oci:DIR:tag");
    }
    int colon = rest.lastIndexOf(':');
    boolean hasTag = colon > rest.lastIndexOf('/') && colon > 0 && colon < rest.length() - 1;
    return hasTag
        ? new OciLayout(Path.of(rest.substring(0, colon)), Optional.of(rest.substring(colon + 1)))
        : new OciLayout(Path.of(rest), Optional.empty());
  }

  /**
   * The eBPF object of the image, for this machine's architecture, every byte checked.
   *
   * @throws Refusal ImageNotFound, DigestMismatch, TooLarge, InvalidImage, NoElf, AmbiguousElf
   */
  public ResolvedImage read() {
    return read(Platform.ofThisMachine());
  }

  ResolvedImage read(Platform platform) {
    var source = new Folder(this);
    Descriptor image = choose(source, platform);
    return new ImageReader(source, platform)
        .read(toString(), image.digest(), manifest(source, image.digest()));
  }

  /**
   * The image as it is, for every architecture, to be stored elsewhere.
   *
   * @throws Refusal ImageNotFound, DigestMismatch, TooLarge, InvalidImage
   */
  public PackedImage load() {
    return load(Limits.LAYERS);
  }

  /**
   * The image as it is, of whatever it is one.
   *
   * @param blobLimit bytes of the largest blob that is read
   * @throws Refusal ImageNotFound, DigestMismatch, TooLarge, InvalidImage
   */
  public PackedImage load(long blobLimit) {
    var source = new Folder(this);
    byte[] top = manifest(source, choose(source, Platform.ofThisMachine()).digest());
    return WholeImage.read(source, top, blobLimit);
  }

  private static byte[] manifest(Folder source, String digest) {
    return Digest.check(source.subject(), "the manifest", source.manifest(digest), digest);
  }

  private Descriptor choose(Folder source, Platform platform) {
    byte[] json = source.read(folder.resolve("index.json"), Limits.MANIFEST);
    if (!(Manifest.parse(source.subject(), json) instanceof Manifest.Index index)) {
      throw new Refusal(Reason.InvalidImage, source.subject() + ": index.json is not an index");
    }
    List<Descriptor> fitting =
        index.entries().stream().filter(entry -> tag.isEmpty() || tag.equals(entry.tag())).toList();
    // Some builders list an image's architectures in index.json itself.
    return fitting.size() > 1 && fitting.stream().allMatch(e -> e.platform().isPresent())
        ? new Manifest.Index(fitting).choose(source.subject(), platform)
        : only(source, fitting, index.entries());
  }

  private Descriptor only(Folder source, List<Descriptor> fitting, List<Descriptor> all) {
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    String tags =
        all.stream().flatMap(e -> e.tag().stream()).distinct().collect(Collectors.joining(", "));
    throw new Refusal(
        Reason.ImageNotFound,
        "%s: %s; tags there: %s"
            .formatted(
                source.subject(),
                fitting.isEmpty() ? "no such image" : "holds several images, name one by its tag",
                tags.isEmpty() ? "none" : tags));
  }

  @Override
  public String toString() {
    return PREFIX + folder + tag.map(t -> ":" + t).orElse("");
  }

  /** The folder's files, as the reader wants them. */
  private record Folder(OciLayout layout) implements BlobSource {
    @Override
    public String subject() {
      return "image " + layout;
    }

    @Override
    public byte[] manifest(String digest) {
      return read(path(digest), Limits.MANIFEST);
    }

    @Override
    public byte[] blob(Descriptor descriptor) {
      return read(path(descriptor.digest()), descriptor.size());
    }

    private Path path(String digest) {
      return layout.folder.resolve("blobs/sha256/" + Digest.hex(digest));
    }

    private byte[] read(Path file, long limit) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(Math.toIntExact(limit) + 1);
        Limits.check(subject(), file.getFileName().toString(), bytes.length, limit);
        return bytes;
      } catch (IOException e) {
        throw new Refusal(
            Reason.ImageNotFound,
            "%s: cannot read %s; is %s a folder in the OCI image layout?"
                .formatted(subject(), file, layout.folder),
            e);
      }
    }
  }
}
