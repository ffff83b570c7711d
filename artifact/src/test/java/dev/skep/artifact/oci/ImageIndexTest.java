package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Images of several architectures become one, which each machine takes its own from")
class ImageIndexTest {
  private static final PackedImage BOTH =
      ImagePacker.pack("a.o", SampleImage.elf(1), Map.of("io.ebpf.programs", "{}"));
  private static final List<PackedImage> SINGLE = singles(BOTH);

  @TempDir Path folder;

  @Test
  void whatWasOneAndIsJoinedAgainIsTheSame() {
    assertThat(ImageIndex.join(SINGLE).digest()).isEqualTo(BOTH.digest());
    assertThat(ImageIndex.join(SINGLE.reversed()).digest()).isEqualTo(BOTH.digest());
  }

  @Test
  void eachArchitectureFindsItsOwnInTheLayout() {
    ImageIndex.join(SINGLE).writeLayout(folder, "v1");

    for (String architecture : new String[] {"amd64", "arm64"}) {
      assertThat(
              OciLayout.parse("oci:" + folder + ":v1").read(Platform.linux(architecture)).object())
          .isEqualTo(SampleImage.elf(1));
    }
  }

  @Test
  void twoForOneArchitectureAreRefused() {
    assertRefused(
        () -> ImageIndex.join(List.of(SINGLE.getFirst(), SINGLE.getFirst())),
        Reason.InvalidImage,
        "linux/amd64");
  }

  @Test
  void aLayoutIsReadAsItIs() {
    BOTH.writeLayout(folder, "v1");

    PackedImage read = OciLayout.parse("oci:" + folder + ":v1").load(1 << 20);

    assertThat(read.digest()).isEqualTo(BOTH.digest());
    assertThat(read.blobs().keySet()).isEqualTo(BOTH.blobs().keySet());
    assertRefused(
        () -> OciLayout.parse("oci:" + folder + ":v1").load(16), Reason.TooLarge, "16 bytes");
  }

  private static List<PackedImage> singles(PackedImage both) {
    var singles = new ArrayList<PackedImage>();
    both.manifests()
        .values()
        .forEach(manifest -> singles.add(new PackedImage(both.blobs(), Map.of(), manifest)));
    return singles;
  }
}
