package dev.skep.tests.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KernelsPageTest {
  private static final KernelColumn OLD =
      SuiteRun.parse(
              List.of(
                  "# 6.1.0-56-cloud-amd64",
                  "kprobe\tfires\t\tkprobe/f",
                  "maps are carried over\tholds\t\t",
                  "tc\tincompatible\tno SEC(\"tcx/ingress\") | egress\t"),
              List.of(),
              "")
          .found();
  private static final KernelColumn NEW =
      SuiteRun.parse(
              List.of(
                  "# 6.12.117+deb12-cloud-amd64", "kprobe\tfires\t\tkprobe/f", "tc\tfires\t\ttc/f"),
              List.of(),
              "")
          .found();

  @Test
  @DisplayName("a page that was written is read as what was written")
  void readsWhatItWrote() {
    KernelsPage page = new KernelsPage(List.of(NEW, OLD));
    assertThat(page.toMarkdown())
        .containsSubsequence("| kprobe | fires | fires |", "| maps are carried over | holds | ");
    assertThat(KernelsPage.parse(page.toMarkdown())).isEqualTo(page);
  }

  @Test
  @DisplayName("columns stand in the order of versions: 6.12 is after 6.1 and after 6.2")
  void ordersByVersion() {
    KernelColumn between = KernelColumn.of("6.2.1-x", OLD.cells());
    assertThat(new KernelsPage(List.of(NEW, between, OLD)).columns())
        .extracting(KernelColumn::series)
        .containsExactly("6.1", "6.2", "6.12");
  }

  @Test
  @DisplayName("a hook that turned incompatible, a new one and one that is gone are differences")
  void differs() {
    KernelColumn run =
        SuiteRun.parse(
                List.of(
                    "# 6.12.118+deb12-cloud-amd64",
                    "tc\tincompatible\tno tcx\t",
                    "xdp\tfires\t\txdp/f"),
                List.of(),
                "")
            .found();
    assertThat(NEW.differences(run))
        .containsExactly(
            "kprobe: the page says fires; it is no such test",
            "tc: the page says fires; it is incompatible: no tcx",
            "xdp: the page says no such test; it is fires");
    assertThat(NEW.differences(NEW)).isEmpty();
  }

  @Test
  @DisplayName("another release of one series is like it, another series or flavour is not")
  void likeness() {
    KernelColumn host = KernelColumn.of("6.18.44-fc-v595", OLD.cells());
    assertThat(host.isLike("6.18.50-fc-v601")).isTrue();
    assertThat(host.isLike("6.19.44-fc-v595")).isFalse();
    assertThat(host.isLike("6.18.44-cloud-amd64")).isFalse();
  }

  @Test
  @DisplayName("two tests of one display name are refused, for one would hide the other")
  void refusesTwins() {
    assertThatThrownBy(
            () ->
                SuiteRun.parse(
                    List.of("# 6.1.0", "tc\tfires\t\t", "tc\tfailed\tx\t"), List.of(), ""))
        .hasMessageContaining("one display name");
  }

  @Test
  @DisplayName(
      "what only C attaches is said, also where our test gave up, holds by a refusal or is not there")
  void comparesWithC() {
    List<String> byC =
        List.of(
            "tc/f\ttcx/egress\tattaches",
            "o/f\titer\tattaches",
            "u/f\tuprobe.multi\tattaches",
            "x/f\txdp\tcannot load: No");
    String refusal = "refused: uprobe.multi\tholds\t\tu/f";
    SuiteRun old =
        SuiteRun.parse(
            List.of("# 6.1.0-56-cloud-amd64", "tc\tincompatible\tno tcx\t", refusal), byC, "");
    SuiteRun recent =
        SuiteRun.parse(
            List.of("# 6.12.117+deb12-cloud-amd64", "tc\tfires\t\ttc/f", refusal), byC, "");
    BesideC both = new BesideC(List.of(old, recent));
    assertThat(both.onlyByC(old)).containsExactly("iter", "tcx/egress", "uprobe.multi");
    assertThat(both.onlyByC(recent)).containsExactly("iter", "uprobe.multi");
    assertThat(new KernelsPage(List.of(old.found(), recent.found())).besideC(List.of(old, recent)))
        .contains(
            "| C attaches | 3 | 3 |",
            "| Skep attaches | 0 | 1 |",
            "| only C | iter, tcx/egress, uprobe.multi | iter, uprobe.multi |");
  }
}
