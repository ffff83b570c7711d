package dev.skep.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lines that hold the structure together; each allowed dependency stands in a table here. */
class ArchitectureTest {
  private static final Path ROOT = Path.of(System.getProperty("skep.root", "..")).normalize();
  private static final List<String> MODULES =
      List.of("crds", "artifact", "operator", "node-daemon", "images");

  /** Room → the other rooms of ours that it may know of. A room not named here may not exist. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          row("api.v1alpha1"),
          row("api.v1alpha1.hook", "api.v1alpha1"),
          row("artifact.text"),
          row("artifact.btf", "api.v1alpha1", "artifact.elf", "artifact.text"),
          row("artifact.oci", "api.v1alpha1"),
          row("artifact.elf", "api.v1alpha1", "artifact.text"),
          row("artifact.inspect", "api.v1alpha1", "artifact.btf", "artifact.elf", "artifact.text"),
          row(
              "artifact.admit",
              "api.v1alpha1",
              "artifact.inspect",
              "artifact.oci",
              "artifact.text"),
          row("operator.node", "api.v1alpha1", "operator.config", "operator.log"),
          row("operator.configmap", "api.v1alpha1", "operator.node"),
          row("operator.log"),
          row("operator.config"),
          row("operator.certificate", "operator.config"),
          row("operator.leader", "operator.config"),
          row("operator.kinds"),
          row("operator.neighbour", "operator.config"),
          row("operator.policy", "api.v1alpha1", "artifact.admit", "artifact.inspect"),
          row("operator.rollout"),
          row(
              "operator.image",
              "api.v1alpha1",
              "artifact.inspect",
              "artifact.oci",
              "operator.config",
              "operator.node"),
          row(
              "operator.start",
              "operator.kinds",
              "operator.leader",
              "operator.neighbour",
              "operator.node",
              "operator.program"),
          row(
              "operator.program",
              "api.v1alpha1",
              "artifact.admit",
              "artifact.inspect",
              "operator.configmap",
              "operator.config",
              "operator.image",
              "operator.log",
              "operator.node",
              "operator.policy",
              "operator.rollout"),
          row(
              "operator.mirror",
              "api.v1alpha1",
              "artifact.oci",
              "operator.certificate",
              "operator.config",
              "operator.image",
              "operator.program"),
          row("images.debian"),
          row("images.runtime"),
          row("images.bom"),
          row("images.build", "artifact.oci", "images.bom", "images.debian", "images.runtime"),
          row("images.cli", "artifact.oci", "images.build", "images.debian"),
          row("node.log"),
          row("node.cluster", "node.log"),
          row("node.target", "api.v1alpha1", "artifact.text"),
          row(
              "node.source",
              "api.v1alpha1",
              "artifact.admit",
              "artifact.inspect",
              "artifact.oci",
              "node.cluster",
              "node.log"),
          row(
              "node.metrics",
              "api.v1alpha1",
              "artifact.btf",
              "artifact.inspect",
              "node.kernel",
              "node.report",
              "node.target"),
          row("node.libbpf"),
          row(
              "node.agent",
              "api.v1alpha1",
              "artifact.inspect",
              "node.cluster",
              "node.execute",
              "node.kernel",
              "node.log",
              "node.metrics",
              "node.plan",
              "node.pod",
              "node.report",
              "node.source"),
          row(
              "node.report",
              "api.v1alpha1",
              "artifact.inspect",
              "node.cluster",
              "node.kernel",
              "node.log",
              "node.plan"),
          row("node.plan", "api.v1alpha1", "node.kernel"),
          row(
              "node.kernel",
              "api.v1alpha1",
              "artifact.btf",
              "artifact.inspect",
              "artifact.text",
              "node.dispatch",
              "node.explain",
              "node.hook",
              "node.libbpf",
              "node.network",
              "node.pod",
              "node.target"),
          row("node.network", "api.v1alpha1", "node.libbpf", "node.target"),
          row("node.pod", "api.v1alpha1", "node.cluster", "node.log", "node.target"),
          row("node.dispatch", "api.v1alpha1", "node.libbpf", "node.target"),
          row("node.explain"),
          row("node.execute", "api.v1alpha1", "node.kernel", "node.log", "node.plan"),
          row(
              "node.cli",
              "api.v1alpha1",
              "artifact.admit",
              "artifact.btf",
              "artifact.elf",
              "artifact.inspect",
              "artifact.oci",
              "node.agent",
              "node.kernel",
              "node.log",
              "node.report",
              "node.source"),
          row(
              "node.hook",
              "api.v1alpha1",
              "artifact.inspect",
              "node.dispatch",
              "node.libbpf",
              "node.target"));

  private static Map.Entry<String, Set<String>> row(String room, String... mayKnow) {
    return Map.entry(room, Set.of(mayKnow));
  }

  private static JavaClasses ours;

  @BeforeAll
  static void readWhatWasCompiled() {
    ours =
        new ClassFileImporter()
            .importPaths(
                MODULES.stream().map(m -> ROOT.resolve(m).resolve("target/classes")).toList());
  }

  @Test
  @DisplayName("every module was compiled, so the rules below looked at something")
  void everyModuleIsHere() {
    assertThat(
            MODULES.stream()
                .filter(
                    m ->
                        ours.stream()
                            .noneMatch(
                                c ->
                                    c.getSource()
                                        .map(s -> s.getUri().getPath().contains("/" + m + "/"))
                                        .orElse(false))))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  @DisplayName("a room knows only of the rooms its row allows")
  void roomsKnowOnlyWhatTheirRowAllows(String room) {
    Set<String> allowed = ALLOWED.get(room);
    classes()
        .that()
        .resideInAPackage("dev.skep." + room)
        .should()
        .onlyDependOnClassesThat(notOurs().or(inRooms(room, allowed)))
        .check(ours);
  }

  static Stream<String> rooms() {
    return ALLOWED.keySet().stream().sorted();
  }

  @Test
  @DisplayName("no room is without a row, and no row without a room")
  void everyRoomHasARow() {
    assertThat(
            ours.stream()
                .map(c -> c.getPackageName().replaceFirst("^dev\\.skep\\.", ""))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
  }

  @Test
  @DisplayName("operator and node daemon never meet")
  void operatorAndDaemonNeverMeet() {
    noClasses()
        .that()
        .resideInAPackage("dev.skep.operator..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.skep.node..")
        .check(ours);
    noClasses()
        .that()
        .resideInAPackage("dev.skep.node..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.skep.operator..")
        .check(ours);
  }

  @Test
  @DisplayName("only node.libbpf touches native memory")
  void onlyLibbpfTouchesNativeMemory() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skep.node.libbpf")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign")
        .check(ours);
  }

  @Test
  @DisplayName("images and objects are read without a kernel, a cluster or a network of Kubernetes")
  void artifactKnowsNoKubernetesClient() {
    noClasses()
        .that()
        .resideInAPackage("dev.skep.artifact..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8.kubernetes.client.dsl..")
        .check(ours);
  }

  @Test
  @DisplayName("the planner decides without I/O: no files, no network, no clock, no threads")
  void theDecisionsArePure() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.skep.node.plan", "dev.skep.operator.rollout")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io",
            "java.nio.file..",
            "java.nio.channels..",
            "java.net..",
            "java.util.concurrent..")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(ours);
  }

  @Test
  @DisplayName("no class is named for nothing")
  void namesSayTheJob() {
    // The kernel's own names are kept: struct bpf_link_info is LinkInfo.
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skep.node.libbpf")
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Common|Info|Data)(\\$.*)?")
        .check(ours);
  }

  private static DescribedPredicate<JavaClass> notOurs() {
    return describe("not ours", c -> !c.getPackageName().startsWith("dev.skep"));
  }

  private static DescribedPredicate<JavaClass> inRooms(String own, Set<String> allowed) {
    return describe(
        "in " + own + " or " + allowed,
        c -> {
          // Who may know the API knows its hooks.
          String room =
              c.getPackageName()
                  .replaceFirst("^dev\\.skep\\.", "")
                  .replaceFirst("^api\\.v1alpha1\\.hook$", "api.v1alpha1");
          return room.equals(own) || allowed.contains(room);
        });
  }
}
