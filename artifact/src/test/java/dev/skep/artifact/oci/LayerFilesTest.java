package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Layers laid over each other give the files of the image, and no more than fits")
class LayerFilesTest {
  private static final byte[] ELF = SampleImage.elf(1);

  private record Entry(String name, byte flag, byte[] content) {}

  @Nested
  @DisplayName("What stands before a file is bounded")
  class Headers {
    @ParameterizedTest(name = "type {0}")
    @ValueSource(
        bytes = {
          TarConstants.LF_PAX_EXTENDED_HEADER_LC,
          TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER,
          TarConstants.LF_GNUTYPE_LONGNAME
        })
    void inBytes(byte flag) {
      byte[] layer = layer(header(flag, pax("k", "v".repeat(2 << 20))), file("a.o", ELF));

      assertRefused(() -> over(layer), Reason.TooLarge, "name and attributes", "1 MiB");
    }

    @Test
    void inNumber() {
      var keys = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        keys.append(pax("key" + i, "v"));
      }
      byte[] layer =
          layer(
              header(TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, keys.toString()),
              file("a.o", ELF));

      assertRefused(() -> over(layer), Reason.TooLarge, "300 attributes", "256");
    }

    @Test
    void inSum() {
      Entry[] entries = new Entry[4000];
      Arrays.fill(entries, header(TarConstants.LF_PAX_EXTENDED_HEADER_LC, ""));

      assertRefused(() -> over(layer(entries)), Reason.TooLarge, "name and attributes");
    }

    @Test
    void whateverLiesBetweenThem() {
      byte[] layer = layer(file("large", new byte[5 << 20]), file("a.o", ELF));

      assertThat(over(layer)).containsExactly("a.o");
    }
  }

  @Nested
  @DisplayName("What a layer takes away is gone")
  class Whiteouts {
    private final byte[] below =
        layer(file("d/a.o", ELF), file("d/sub/b.o", ELF), file("d.o", ELF), file("e.o", ELF));

    @Test
    void aFile() {
      assertThat(over(below, layer(gone("d/.wh.a.o"), gone("./.wh.e.o"))))
          .containsExactly("d.o", "d/sub/b.o");
    }

    @Test
    void aFolderWithAllThatWasInIt() {
      assertThat(over(below, layer(gone(".wh.d")))).containsExactly("d.o", "e.o");
    }

    @Test
    void allThatWasInAnOpaqueFolder() {
      assertThat(over(below, layer(gone("d/.wh..wh..opq")))).containsExactly("d.o", "e.o");
      assertThat(over(below, layer(file("new.o", ELF), gone(".wh..wh..opq"))))
          .containsExactly("new.o");
    }

    @Test
    void nothingOfItsOwnLayerWhateverTheOrder() {
      Entry fresh = file("d/new.o", ELF);

      for (Entry whiteout : List.of(gone(".wh.d"), gone("d/.wh..wh..opq"), gone("d/.wh.new.o"))) {
        assertThat(over(layer(fresh, whiteout))).containsExactly("d/new.o");
        assertThat(over(below, layer(whiteout, fresh))).contains("d/new.o");
        assertThat(over(layer(fresh), layer(whiteout))).isEmpty();
      }
    }

    @Test
    void aFolderThatALinkOrAFileReplaces() {
      Entry link = new Entry("d", TarConstants.LF_SYMLINK, new byte[0]);

      assertThat(over(below, layer(link))).containsExactly("d.o", "e.o");
      assertThat(over(below, layer(file("d", new byte[9])))).containsExactly("d.o", "e.o");
    }

    @Test
    void aFileThatALinkOrAFolderReplaces() {
      assertThat(over(below, layer(new Entry("e.o", TarConstants.LF_SYMLINK, new byte[0]))))
          .doesNotContain("e.o");
      assertThat(over(below, layer(new Entry("e.o/", TarConstants.LF_DIR, new byte[0]))))
          .doesNotContain("e.o");
    }

    @Test
    void andAFolderThatIsOnlyNamedAgainStaysAsItWas() {
      assertThat(over(below, layer(new Entry("./d/", TarConstants.LF_DIR, new byte[0]))))
          .containsExactly("d.o", "d/a.o", "d/sub/b.o", "e.o");
    }

    private Entry gone(String name) {
      return file(name, new byte[0]);
    }
  }

  private static List<String> over(byte[]... layers) {
    var files = new LayerFiles("image sample");
    for (byte[] layer : layers) {
      files.add(layer);
    }
    return files.candidates().stream().map(Candidate::name).toList();
  }

  private static Entry file(String name, byte[] content) {
    return new Entry(name, TarConstants.LF_NORMAL, content);
  }

  private static Entry header(byte flag, String content) {
    return new Entry("header", flag, content.getBytes(StandardCharsets.UTF_8));
  }

  /** A record of a pax header: its own length in front. */
  private static String pax(String key, String value) {
    int rest = key.length() + value.length() + 3;
    int length = rest + String.valueOf(rest).length();
    length = rest + String.valueOf(length).length();
    return length + " " + key + "=" + value + "\n";
  }

  /** By hand: commons-compress writes no header of the kinds that it makes itself. */
  private static byte[] layer(Entry... entries) {
    var bytes = new ByteArrayOutputStream();
    for (Entry each : entries) {
      var entry = new TarArchiveEntry(each.name(), each.flag());
      entry.setSize(each.content().length);
      byte[] header = new byte[TarConstants.DEFAULT_RCDSIZE];
      entry.writeEntryHeader(header);
      bytes.writeBytes(header);
      bytes.writeBytes(each.content());
      bytes.writeBytes(new byte[-each.content().length & header.length - 1]);
    }
    bytes.writeBytes(new byte[2 * TarConstants.DEFAULT_RCDSIZE]);
    return bytes.toByteArray();
  }
}
