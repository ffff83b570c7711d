package dev.skep.operator.kinds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What this operator can do with a CRD as it is in the cluster. */
sealed interface KindVerdict {
  /** Its version, as whoever generated it wrote it. */
  String VERSION = "skep.dev/version";

  /** Work. */
  record Fits() implements KindVerdict {}

  /** Work, with less effect than somebody may expect. */
  record Lesser(String words) implements KindVerdict {}

  /** Not work: what it writes would be refused, or lost and written again without end. */
  record Unfit(String words) implements KindVerdict {}

  /** The part of each kind that the operator writes. The rest it reads, and does without. */
  Map<String, String> WRITTEN =
      Map.of(
          "bpfprograms.skep.dev", "status",
          "bpfrevisions.skep.dev", "spec",
          "bpfnodes.skep.dev", "spec");

  static KindVerdict of(CustomResourceDefinition ours, CustomResourceDefinition theirs) {
    String name = ours.getMetadata().getName();
    CustomResourceDefinitionVersion known = ours.getSpec().getVersions().getFirst();
    Optional<CustomResourceDefinitionVersion> there =
        theirs.getSpec().getVersions().stream()
            .filter(v -> v.getName().equals(known.getName()))
            .filter(v -> Boolean.TRUE.equals(v.getServed()))
            .findFirst();
    if (there.isEmpty()) {
      return new Unfit(
          "%s does not serve %s, which this operator speaks: update the operator"
              .formatted(title(name, theirs), known.getName()));
    }
    SchemaDifference difference =
        SchemaDifference.between(
            known.getSchema().getOpenAPIV3Schema(), there.get().getSchema().getOpenAPIV3Schema());
    return judge(title(name, theirs), version(ours), WRITTEN.get(name), difference);
  }

  private static KindVerdict judge(
      String title, String own, String written, SchemaDifference difference) {
    String apply = "apply the CRDs of version " + own;
    List<String> needed =
        Stream.concat(difference.lacking().stream(), difference.changed().stream())
            .filter(path -> isBelow(path, written))
            .toList();
    if (!needed.isEmpty()) {
      return new Unfit(
          "%s lacks what this operator (version %s) writes: %s: %s"
              .formatted(title, own, few(needed), apply));
    }
    List<String> demanded =
        difference.demanded().stream().filter(path -> isBelow(path, written)).toList();
    if (!demanded.isEmpty()) {
      return new Unfit(
          "%s demands what this operator (version %s) does not know: %s: update the operator"
              .formatted(title, own, few(demanded)));
    }
    List<String> without =
        Stream.concat(difference.lacking().stream(), difference.changed().stream()).toList();
    if (!without.isEmpty()) {
      return new Lesser(
          "%s is older than this operator (version %s) and lacks %s: %s"
              .formatted(title, own, few(without), apply));
    }
    return difference.unknown().isEmpty()
        ? new Fits()
        : new Lesser(
            "%s is newer than this operator (version %s), for which %s means nothing: update the operator"
                .formatted(title, own, few(difference.unknown())));
  }

  private static boolean isBelow(String path, String part) {
    return path.equals(part) || path.startsWith(part + ".") || path.startsWith(part + " ");
  }

  private static String few(List<String> paths) {
    int most = 5;
    String some = String.join(", ", paths.subList(0, Math.min(most, paths.size())));
    return paths.size() <= most ? some : some + " and " + (paths.size() - most) + " more";
  }

  private static String title(String name, CustomResourceDefinition crd) {
    return "CRD %s (version %s)".formatted(name, version(crd));
  }

  static String version(CustomResourceDefinition crd) {
    Map<String, String> annotations = crd.getMetadata().getAnnotations();
    return annotations == null ? "unknown" : annotations.getOrDefault(VERSION, "unknown");
  }
}
