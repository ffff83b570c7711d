package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The one eBPF object of an image is found, whoever built the image")
class ImageReaderTest {
  private static final byte[] ELF = SampleImage.elf(1);
  private final SampleImage image = new SampleImage();

  @Test
  void bpfmansLayout() {
    byte[] top =
        image
            .files(Map.of("README", "hello".getBytes(StandardCharsets.UTF_8), "./xdp.o", ELF))
            .manifest(Map.of("io.ebpf.programs", "{\"xdp_stats\":\"xdp\"}"));

    ResolvedImage read = image.read(top);

    assertThat(read.object()).isEqualTo(ELF);
    assertThat(read.objectName()).isEqualTo("xdp.o");
    assertThat(read.objectDigest()).isEqualTo(Digest.of(ELF));
    assertThat(read.digest()).isEqualTo(Digest.of(top));
    assertThat(read.labels()).containsEntry("io.ebpf.programs", "{\"xdp_stats\":\"xdp\"}");
  }

  @Test
  void inspektorGadgetsLayout() {
    byte[] top =
        image
            .layer("application/vnd.gadget.ebpf.program.v1+binary", ELF)
            .layer("application/vnd.gadget.wasm.program.v1+binary", new byte[] {0, 'a', 's', 'm'})
            .manifest("application/vnd.gadget.config.v1+yaml", "name: trace_open");

    assertThat(image.read(top).object()).isEqualTo(ELF);
  }

  @Test
  void bumblebeesLayout() {
    byte[] top =
        image
            .layer("application/ebpf.oci.image.program.v1+binary", ELF)
            .manifest("application/ebpf.oci.image.config.v1+json", "{}");

    assertThat(image.read(top).object()).isEqualTo(ELF);
  }

  @Test
  void anUncompressedLayer() {
    byte[] top =
        image
            .layer("application/vnd.oci.image.layer.v1.tar", SampleImage.tar(Map.of("a.o", ELF)))
            .manifest(Map.of());

    assertThat(image.read(top).object()).isEqualTo(ELF);
  }

  @Test
  void aLaterLayerReplacesAndRemovesFilesOfAnEarlierOne() {
    byte[] top =
        image
            .files(Map.of("a.o", SampleImage.elf(7), "d/b.o", SampleImage.elf(8)))
            .files(Map.of("a.o", ELF, "d/.wh.b.o", new byte[0]))
            .manifest(Map.of());

    assertThat(image.read(top).object()).isEqualTo(ELF);
  }

  @Nested
  @DisplayName("In an index")
  class InAnIndex {
    @Test
    void theEntryForThisArchitectureIsTakenAndAttestationsAreNot() {
      byte[] attestation =
          image
              .layer("application/vnd.in-toto+json", "{}".getBytes(StandardCharsets.UTF_8))
              .manifest(Map.of());
      byte[] arm = image.files(Map.of("a.o", SampleImage.elf(9))).manifest(Map.of());
      byte[] amd = image.files(Map.of("a.o", ELF)).manifest(Map.of());
      byte[] top =
          image
              .entry("unknown", "unknown", attestation)
              .entry("linux", "arm64", arm)
              .entry("linux", "amd64", amd)
              .index();

      assertThat(image.read(top).object()).isEqualTo(ELF);
      assertThat(image.read(top).digest()).isEqualTo(Digest.of(top));
    }

    @Test
    void noFittingEntryNamesTheArchitecturesThatAreThere() {
      byte[] manifest = image.files(Map.of("a.o", ELF)).manifest(Map.of());
      byte[] top =
          image
              .entry("linux", "arm64", manifest)
              .entry("linux", "s390x", manifest)
              .entry("unknown", "unknown", manifest)
              .index();

      assertRefused(
          () -> image.read(top), Reason.InvalidImage, "linux/amd64", "linux/arm64, linux/s390x");
    }

    @Test
    void anIndexOfIndexesIsRefused() {
      byte[] inner = new SampleImage().index();
      image.manifests.put(Digest.of(inner), inner);
      byte[] top = image.entry("linux", "amd64", inner).index();

      assertRefused(() -> image.read(top), Reason.InvalidImage, "another index");
    }
  }

  @Nested
  @DisplayName("With not exactly one object")
  class NotOne {
    @Test
    void noFileThatLooksLikeOne() {
      byte[] top = image.files(Map.of("README", new byte[100])).manifest(Map.of());

      assertRefused(() -> image.read(top), Reason.NoElf, "no eBPF object");
    }

    @Test
    void noLayerAtAll() {
      byte[] top = image.manifest(Map.of());

      assertRefused(() -> image.read(top), Reason.NoElf, "no eBPF object");
    }

    @Test
    void onlyProgramsForTheProcessor() {
      byte[] top =
          image
              .files(Map.of("bin/true", SampleImage.x86Elf(), "bin/false", SampleImage.x86Elf()))
              .manifest(Map.of());

      assertRefused(() -> image.read(top), Reason.NoElf, "bin/false, bin/true", "-target bpf");
    }

    @Test
    void twoObjectsAreNamed() {
      byte[] top =
          image
              .files(Map.of("a.o", SampleImage.elf(1), "b.o", SampleImage.elf(2)))
              .manifest(Map.of());

      assertRefused(() -> image.read(top), Reason.AmbiguousElf, "a.o, b.o", "io.ebpf.filename");
    }

    @Test
    void twoObjectLayers() {
      byte[] top =
          image
              .layer("application/vnd.gadget.ebpf.program.v1+binary", SampleImage.elf(1))
              .layer("application/vnd.gadget.ebpf.program.v1+binary", SampleImage.elf(2))
              .manifest("application/vnd.gadget.config.v1+yaml", "");

      assertRefused(() -> image.read(top), Reason.AmbiguousElf, "2 eBPF objects");
    }

    @Test
    void theLabelChoosesAmongTwo() {
      byte[] top =
          image
              .files(Map.of("x/a.o", SampleImage.elf(2), "x/b.o", ELF))
              .manifest(Map.of("io.ebpf.filename", "/b.o"));

      assertThat(image.read(top).object()).isEqualTo(ELF);
    }

    @Test
    void theLabelsOwnPathWinsOverThoseThatEndSo() {
      byte[] top =
          image
              .files(Map.of("debug/prog.o", SampleImage.elf(2), "prog.o", ELF))
              .manifest(Map.of("io.ebpf.filename", "/prog.o"));

      assertThat(image.read(top).object()).isEqualTo(ELF);
    }

    @Test
    void aLabelThatFitsTwoIsSaid() {
      byte[] top =
          image
              .files(Map.of("x/prog.o", SampleImage.elf(2), "y/prog.o", ELF))
              .manifest(Map.of("io.ebpf.filename", "prog.o"));

      assertRefused(
          () -> image.read(top), Reason.AmbiguousElf, "io.ebpf.filename", "x/prog.o, y/prog.o");
    }

    @Test
    void aLabelThatNamesNothingIsSaid() {
      byte[] top =
          image.files(Map.of("a.o", ELF)).manifest(Map.of("io.ebpf.filename", "missing.o"));

      assertRefused(() -> image.read(top), Reason.NoElf, "io.ebpf.filename", "missing.o");
    }

    @Test
    void anObjectCalledSoWinsOverOneThatIsNot() {
      byte[] top = image.files(Map.of("a", SampleImage.elf(2), "b.o", ELF)).manifest(Map.of());

      assertThat(image.read(top).object()).isEqualTo(ELF);
    }

    @Test
    void theOnlyObjectFileGoesToInspectionEvenWhenItIsNoElf() {
      byte[] top = image.files(Map.of("a.o", new byte[] {1, 2})).manifest(Map.of());

      assertThat(image.read(top).object()).isEqualTo(new byte[] {1, 2});
    }
  }

  @Nested
  @DisplayName("From somebody who means harm")
  class Hostile {
    @Test
    void anElfOf200MegabytesIsRefusedByItsHeader() {
      byte[] huge = new byte[200 << 20];
      System.arraycopy(ELF, 0, huge, 0, ELF.length);
      byte[] top = image.files(Map.of("a.o", huge)).manifest(Map.of());

      assertRefused(() -> image.read(top), Reason.TooLarge, "a.o", "200 MiB", "16 MiB");
    }

    @Test
    void aLayerThatUnpacksToMuchIsStopped() {
      var files = new LinkedHashMap<String, byte[]>();
      files.put("zeros", new byte[65 << 20]);
      files.put("a.o", ELF);
      byte[] top = image.files(files).manifest(Map.of());

      assertRefused(() -> image.read(top), Reason.TooLarge, "64 MiB");
    }

    @Test
    void layersLargerThanAllowedAreNotFetched() {
      byte[] top =
          """
          {"schemaVersion": 2, "config": {"digest": "%1$s", "size": 2}, "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%1$s", "size": %2$d},
            {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%1$s", "size": %2$d}]}
          """
              .formatted(config(), 17 << 20)
              .getBytes(StandardCharsets.UTF_8);

      assertRefused(() -> image.read(top), Reason.TooLarge, "34 MiB", "32 MiB");
    }

    @Test
    void sizesThatOverflowAreRefused() {
      byte[] top =
          """
          {"schemaVersion": 2, "config": {"digest": "%1$s", "size": 2}, "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%1$s", "size": %2$d},
            {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%1$s", "size": %2$d}]}
          """
              .formatted(config(), Long.MAX_VALUE)
              .getBytes(StandardCharsets.UTF_8);

      assertRefused(() -> image.read(top), Reason.TooLarge, "32 MiB");
    }

    @Test
    void jsonOfManySmallOrDeepPartsIsRefused() {
      String many = "[" + "{},".repeat(200_000) + "{}]";
      String deep = "[".repeat(500) + "]".repeat(500);
      for (String parts : new String[] {many, deep}) {
        byte[] manifest = ("{\"layers\":" + parts + "}").getBytes(StandardCharsets.UTF_8);
        assertRefused(() -> image.read(manifest), Reason.TooLarge, "the manifest holds too much");
        byte[] top =
            image
                .files(Map.of("a.o", ELF))
                .manifest("application/vnd.oci.image.config.v1+json", "{\"x\":" + parts + "}");
        assertRefused(() -> image.read(top), Reason.TooLarge, "configuration holds too much");
      }
    }

    private String config() {
      byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
      image.blobs.put(Digest.of(config), config);
      return Digest.of(config);
    }

    @Test
    void changedBytesAreRefused() {
      byte[] top = image.files(Map.of("a.o", ELF)).manifest(Map.of());
      image.blobs.replaceAll((digest, bytes) -> bytes.length > 100 ? new byte[100] : bytes);

      assertRefused(() -> image.read(top), Reason.DigestMismatch, "the layer");
    }

    @Test
    void aBrokenArchiveIsRefused() {
      byte[] whole = SampleImage.tar(Map.of("a.o", new byte[5000]));
      byte[] top =
          image
              .layer(SampleImage.TAR_GZIP, SampleImage.gzip(Arrays.copyOf(whole, 2000)))
              .manifest(Map.of());

      assertRefused(() -> image.read(top), Reason.InvalidImage, "tar");
    }

    @Test
    void linksAndDevicesAreNotFollowed() {
      byte[] tar = SampleImage.tar(Map.of("a.o", new byte[0]));
      tar[156] = '2';
      byte[] top = image.layer("application/vnd.oci.image.layer.v1.tar", tar).manifest(Map.of());

      assertRefused(() -> image.read(top), Reason.NoElf, "no eBPF object");
    }

    @Test
    void aDescriptorWhoseDigestIsAPathIsRefused() {
      byte[] top =
          "{\"config\":{\"digest\":\"sha256:../../etc/passwd\",\"size\":1},\"layers\":[]}"
              .getBytes(StandardCharsets.UTF_8);

      assertRefused(() -> image.read(top), Reason.InvalidImage, "digest");
    }

    @Test
    void whatIsNoManifestIsSaid() {
      for (String text : new String[] {"<html>", "{}", "[]", "7", ""}) {
        assertRefused(
            () -> image.read(text.getBytes(StandardCharsets.UTF_8)),
            Reason.InvalidImage,
            "manifest");
      }
      assertRefused(
          () -> image.read("{\"schemaVersion\":1}".getBytes(StandardCharsets.UTF_8)),
          Reason.InvalidImage,
          "schema 1");
    }
  }
}
