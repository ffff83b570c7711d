package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.artifact.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Packing gives the same image for the same object, in every form of storage")
class ImagePackerTest {
  private static final byte[] ELF = SampleImage.elf(1);
  private static final Map<String, String> LABELS =
      Map.of("io.ebpf.programs", "{\"f\":\"xdp\"}", "io.ebpf.maps", "{}", "dev.skep.x", "y");

  @TempDir Path folder;

  @Test
  void packingTwiceGivesTheSameDigest() throws InterruptedException {
    String first = ImagePacker.pack("a.o", ELF, LABELS).digest();
    Thread.sleep(1100); // a timestamp in gzip, tar or the configuration has seconds

    assertThat(ImagePacker.pack("a.o", ELF, LABELS).digest()).isEqualTo(first);
    assertThat(ImagePacker.pack("b.o", ELF, LABELS).digest()).isNotEqualTo(first);
    assertThat(ImagePacker.pack("a.o", SampleImage.elf(2), LABELS).digest()).isNotEqualTo(first);
    assertThat(ImagePacker.pack("a.o", ELF, Map.of()).digest()).isNotEqualTo(first);
  }

  @Test
  void aLayoutFolderReadsBackOnBothArchitectures() {
    PackedImage packed = ImagePacker.pack("a.o", ELF, LABELS);
    packed.writeLayout(folder, "v1");

    for (String architecture : new String[] {"amd64", "arm64"}) {
      ResolvedImage read =
          OciLayout.parse("oci:" + folder + ":v1").read(Platform.linux(architecture));
      assertThat(read.object()).isEqualTo(ELF);
      assertThat(read.objectName()).isEqualTo("a.o");
      assertThat(read.labels()).isEqualTo(LABELS);
      assertThat(read.digest()).isEqualTo(packed.digest());
    }
  }

  @Test
  void aFolderHoldsSeveralImagesByTagAndATagIsReplaced() {
    ImagePacker.pack("a.o", ELF, LABELS).writeLayout(folder, "v1");
    ImagePacker.pack("a.o", SampleImage.elf(2), LABELS).writeLayout(folder, "v2");
    ImagePacker.pack("a.o", SampleImage.elf(3), LABELS).writeLayout(folder, "v1");

    assertThat(layout("v1").read().object()).isEqualTo(SampleImage.elf(3));
    assertThat(layout("v2").read().object()).isEqualTo(SampleImage.elf(2));
    assertRefused(() -> layout("v3").read(), Reason.ImageNotFound, "v2, v1");
    assertRefused(
        () -> new OciLayout(folder, Optional.empty()).read(),
        Reason.ImageNotFound,
        "several images");
  }

  @Test
  void theTarHoldsTheSameLayout() throws Exception {
    PackedImage packed = ImagePacker.pack("a.o", ELF, LABELS);
    Path tar = folder.resolve("image.tar");
    packed.writeTar(tar, ImageReference.parse("example.com/x:v1"));
    byte[] once = Files.readAllBytes(tar);
    packed.writeTar(tar, ImageReference.parse("example.com/x:v1"));
    assertThat(Files.readAllBytes(tar)).isEqualTo(once);

    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    Command.run("tar", "-xf", tar.toString(), "-C", unpacked.toString());
    assertThat(OciLayout.parse("oci:" + unpacked).read().digest()).isEqualTo(packed.digest());
    var docker = new ObjectMapper().readTree(unpacked.resolve("manifest.json").toFile()).get(0);
    assertThat(docker.get("RepoTags").get(0).asText()).isEqualTo("example.com/x:v1");
    assertThat(unpacked.resolve(docker.get("Config").asText())).exists();
    assertThat(unpacked.resolve(docker.get("Layers").get(0).asText())).exists();
  }

  @Test
  void anObjectThatNobodyCouldPullIsNotPacked() {
    assertRefused(
        () -> ImagePacker.pack("a.o", new byte[17 << 20], Map.of()), Reason.TooLarge, "a.o");
  }

  @Test
  void aFolderThatIsNoLayoutIsSaid() throws IOException {
    assertRefused(
        () -> layout("v1").read(), Reason.ImageNotFound, "index.json", "OCI image layout");
    Files.writeString(folder.resolve("index.json"), "{\"manifests\": [");
    assertRefused(() -> layout("v1").read(), Reason.InvalidImage, "not JSON");
  }

  @Test
  void aChangedBlobInAFolderIsRefused() throws IOException {
    PackedImage packed = ImagePacker.pack("a.o", ELF, LABELS);
    packed.writeLayout(folder, "v1");
    String layer = packed.blobs().keySet().iterator().next();
    Path file = folder.resolve("blobs/sha256").resolve(Digest.hex(layer));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertRefused(() -> layout("v1").read(), Reason.DigestMismatch, layer);
  }

  @Test
  void aLayoutsTextIsFolderAndTag() {
    assertThat(OciLayout.parse("oci:/a/b:v1"))
        .isEqualTo(new OciLayout(Path.of("/a/b"), Optional.of("v1")));
    assertThat(OciLayout.parse("oci:a")).isEqualTo(new OciLayout(Path.of("a"), Optional.empty()));
    assertThat(OciLayout.parse("oci:/x:y/z").folder()).isEqualTo(Path.of("/x:y/z"));
    assertRefused(() -> OciLayout.parse("oci:"), Reason.InvalidReference, "oci:DIR:tag");
  }

  private OciLayout layout(String tag) {
    return new OciLayout(folder, Optional.of(tag));
  }
}
