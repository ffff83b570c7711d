package dev.skep.node.kernel;

import static dev.skep.node.kernel.TestKernel.key;
import static dev.skep.node.kernel.TestKernel.only;
import static dev.skep.node.kernel.TestKernel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.inspect.ProgramType;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a function asks for is compared with this kernel before it is loaded, and in words. */
@Tag("kernel")
class PreconditionsIT {
  private static final LoadKey KEY = key("needs", "aaaa");

  private final TestKernel test = new TestKernel();
  private final String kernel = " (" + System.getProperty("os.version") + ")";

  @AfterEach
  void cleanUp() {
    test.close();
  }

  private Optional<Failure> lacking(String object, String function) {
    ObjectReport report = ObjectInspector.inspect(TestKernel.object(object));
    String section = report.program(function).orElseThrow().section();
    return test.kernel()
        .lacking(
            new RevisionProgram(
                function,
                section,
                ProgramType.ofSection(section).name(),
                null,
                null,
                false,
                report.functionNeeds().get(function)));
  }

  @Test
  @DisplayName("What every kernel has is not found missing, and loads")
  void enough() {
    assertThat(lacking("needs", "plain")).isEmpty();
    assertThat(lacking("needs", "asks_first")).isEmpty();
    // Its constant cuts the field away that no kernel has.
    assertThat(lacking("needs", "by_constant")).isEmpty();
    ObservedLoad load =
        test.kernel().load(only(request("needs", KEY), "plain", "asks_first", "by_constant"));
    assertThat(load.programs()).containsOnlyKeys("plain", "asks_first", "by_constant");
  }

  @Test
  @DisplayName("A field that this kernel's type has not is named")
  void field() {
    assertThat(lacking("needs", "missing_field"))
        .contains(
            Failure.of(
                Reason.Incompatible,
                "missing_field needs the field task_struct.no_such_field, which this kernel"
                    + kernel
                    + " does not have",
                "missing_field"));
  }

  @Test
  @DisplayName("What is loaded nevertheless is refused with the same words")
  void afterLoading() {
    LoadRequest request = only(request("needs", KEY), "missing_field");
    Failure failure =
        catchThrowableOfType(Refusal.class, () -> test.kernel().load(request)).failure();
    assertThat(failure.reason()).isEqualTo(Reason.Incompatible);
    assertThat(failure.message()).contains("task_struct.no_such_field");
    assertThat(test.pins).isEmptyDirectory();
  }

  @Test
  @DisplayName("A kernel function that no module has is named")
  void kfunc() {
    assertThat(lacking("kfunc", "calls").orElseThrow().message())
        .isEqualTo(
            "calls needs the kernel function skep_no_such_kfunc, which this kernel"
                + kernel
                + " does not have");
  }

  @Test
  @DisplayName("A map type and a helper that came later are named with the Linux that has them")
  void later() {
    boolean has = test.kernel().facts().mapTypes().contains("cgrp_storage");
    Optional<Failure> lacking = lacking("needs", "cgroup_storage");
    if (has) {
      assertThat(lacking).isEmpty();
    } else {
      assertThat(lacking.orElseThrow().message())
          .startsWith(
              "cgroup_storage needs maps of type cgrp_storage (Linux 6.2), the helper"
                  + " bpf_cgrp_storage_get (Linux 6.2), which this kernel");
    }
    // The object's map of that type costs nobody else anything.
    assertThat(test.kernel().load(only(request("needs", KEY), "plain")).programs())
        .containsOnlyKeys("plain");
  }

  @Test
  @DisplayName("A kind of programs that the kernel does not take is found before it is loaded")
  void kind() {
    Optional<Failure> fentry = lacking("needs", "by_fentry");
    assertThat(fentry.isEmpty()).isEqualTo(test.kernel().facts().hooks().contains("fentry"));
    fentry.ifPresent(
        failure -> assertThat(failure.message()).startsWith("by_fentry is of type fentry: "));
  }
}
