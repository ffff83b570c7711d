package dev.skep.artifact.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Whatever the bytes, the answer is an object or a refusal")
class AnyBytesTest {
  private static final int TRIES = 2000;
  private final Random random = new Random(20260101);

  @Test
  void ofAnArchive() {
    var files = new LinkedHashMap<String, byte[]>();
    files.put(
        "a-name-that-is-longer-than-a-tar-header-has-room-for/".repeat(4) + "a.o", new byte[9]);
    files.put("b.o", SampleImage.elf(1));
    byte[] tar = SampleImage.tar(files);

    check(
        tar,
        changed -> {
          var image = new SampleImage();
          byte[] top =
              image.layer("application/vnd.oci.image.layer.v1.tar", changed).manifest(Map.of());
          image.read(top);
        });
  }

  @Test
  void ofACompressedLayer() {
    byte[] layer = SampleImage.gzip(SampleImage.tar(Map.of("b.o", SampleImage.elf(1))));

    check(
        layer,
        changed -> {
          var image = new SampleImage();
          image.read(image.layer(SampleImage.TAR_GZIP, changed).manifest(Map.of()));
        });
  }

  @Test
  void ofAManifestAndAnIndex() {
    var image = new SampleImage();
    byte[] manifest = image.files(Map.of("b.o", SampleImage.elf(1))).manifest(Map.of());
    byte[] index = image.entry("linux", "amd64", manifest).index();

    check(manifest, image::read);
    check(index, image::read);
  }

  @Test
  void ofAConfiguration() {
    String config = "{\"config\":{\"Labels\":{\"io.ebpf.filename\":\"b.o\"}}}";

    check(
        config.getBytes(StandardCharsets.UTF_8),
        changed -> {
          var image = new SampleImage().files(Map.of("b.o", SampleImage.elf(1)));
          String text = new String(changed, StandardCharsets.ISO_8859_1);
          image.read(image.manifest("application/vnd.oci.image.config.v1+json", text));
        });
  }

  private void check(byte[] sound, Consumer<byte[]> read) {
    read.accept(sound);
    int refused = 0;
    for (int i = 0; i < TRIES; i++) {
      try {
        read.accept(changed(sound));
      } catch (Refusal e) {
        refused++;
      }
    }
    assertThat(refused).as("changes that were noticed").isBetween(1, TRIES);
  }

  private byte[] changed(byte[] sound) {
    byte[] bytes = sound.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }
}
