package dev.skep.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinksTest {
  private static final Path ROOT = ControlPlane.projectRoot();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> found =
        Files.find(
            ROOT,
            4,
            (file, attributes) ->
                file.toString().endsWith(".md")
                    && !ROOT.relativize(file).toString().matches("(.*/)?(target|\\.\\w+)/.*"))) {
      List<Path> pages = found.map(ROOT::relativize).sorted().toList();
      assertThat(pages).contains(Path.of("README.md"));
      return pages.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  @DisplayName("every file that a page links to is there")
  void linksLeadSomewhere(Path page) throws IOException {
    Path folder = ROOT.resolve(page).getParent();
    assertThat(LINK.matcher(Files.readString(ROOT.resolve(page))).results().map(m -> m.group(1)))
        .filteredOn(link -> !link.contains("://"))
        .allSatisfy(link -> assertThat(folder.resolve(link)).exists());
  }
}
