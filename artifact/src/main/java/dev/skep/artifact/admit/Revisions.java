package dev.skep.artifact.admit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.BpfProgram;
import dev.skep.api.v1alpha1.BpfProgramSpec;
import dev.skep.api.v1alpha1.BpfProgramSpec.Mode;
import dev.skep.api.v1alpha1.BpfRevision;
import dev.skep.api.v1alpha1.BpfRevisionSpec;
import dev.skep.api.v1alpha1.BpfRevisionSpec.ResolvedObject;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.artifact.inspect.GlobalValues;
import dev.skep.artifact.inspect.NodeReference;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.ResolvedImage;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An admitted BpfProgram with its image, as the revision that nodes run. */
public final class Revisions {
  /** Label of a BpfRevision: its BpfProgram, by {@link #programLabel}. */
  public static final String PROGRAM_LABEL = "skep.dev/program";

  private static final int HASH = 10;
  private static final int MAX_NAME = 253;
  private static final int MAX_LABEL = 63;

  private Revisions() {}

  /**
   * The revision of a program that {@link Admission} had nothing against. The same program and
   * image always give the same revision, by the same name.
   */
  public static BpfRevision revise(BpfProgram program, ResolvedImage image, ObjectReport report) {
    return revision(program, spec(program, image, report));
  }

  /** An earlier revision of the program, that runs nowhere. */
  public static BpfRevision suspended(BpfProgram program, BpfRevision earlier) {
    BpfRevisionSpec spec = earlier.getSpec();
    return revision(
        program,
        new BpfRevisionSpec(
            spec.program(),
            spec.image(),
            spec.load(),
            spec.programs(),
            spec.globals(),
            spec.maps(),
            spec.onIncompatibleMap(),
            spec.metrics(),
            Mode.Suspend));
  }

  private static BpfRevision revision(BpfProgram program, BpfRevisionSpec spec) {
    String name = program.getMetadata().getName();
    BpfRevision revision = new BpfRevision();
    revision.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(program.getMetadata().getNamespace())
            .withName(shorten(name, MAX_NAME, CanonicalJson.sha256(spec)))
            .addToLabels(PROGRAM_LABEL, programLabel(name))
            .withOwnerReferences(owners(program))
            .build());
    revision.setSpec(spec);
    return revision;
  }

  /**
   * Whether a revision of the same specification has these entries. Only what stands elsewhere, in
   * ConfigMaps, can be otherwise.
   */
  public static boolean holdsEntriesOf(BpfProgramSpec spec, BpfRevision revision) {
    return EntrySources.configMaps(spec).isEmpty()
        || CanonicalJson.sha256(byName(spec.maps()))
            .equals(CanonicalJson.sha256(byName(revision.getSpec().maps())));
  }

  private static List<MapOverride> byName(List<MapOverride> maps) {
    return maps.stream().sorted(Comparator.comparing(MapOverride::name)).toList();
  }

  /** A program's name as a label's value, which holds 63 letters where a name may have 253. */
  public static String programLabel(String name) {
    return name.length() <= MAX_LABEL ? name : shorten(name, MAX_LABEL, CanonicalJson.sha256(name));
  }

  private static BpfRevisionSpec spec(
      BpfProgram program, ResolvedImage image, ObjectReport report) {
    BpfProgramSpec asked = program.getSpec();
    List<Selection> selections = Selection.of(asked, report);
    List<MapOverride> maps = byName(asked.maps());
    Map<String, JsonNode> globals = new TreeMap<>();
    asked.globals().forEach((name, value) -> globals.put(name, CanonicalJson.of(value)));
    return new BpfRevisionSpec(
        program.getMetadata().getName(),
        new ResolvedObject(
            image.reference(), image.digest(), image.objectDigest(), image.object().length),
        load(image.objectDigest(), globals, maps, selections, report),
        selections.stream().map(s -> program(s, report)).toList(),
        globals,
        maps,
        asked.onIncompatibleMap(),
        asked.metrics(),
        asked.mode());
  }

  private static RevisionProgram program(Selection selection, ObjectReport report) {
    return new RevisionProgram(
        selection.function(),
        selection.program().section(),
        selection.type().name(),
        selection.attachments(),
        selection.fallbackFor(),
        selection.optional(),
        report.functionNeeds().get(selection.function()));
  }

  /**
   * The load's id. Globals go in as bytes, so that two ways to write a value are one load; targets
   * only where the kernel wants them at load.
   */
  private static String load(
      String objectDigest,
      Map<String, JsonNode> globals,
      List<MapOverride> maps,
      List<Selection> selections,
      ObjectReport report) {
    Map<String, String> bytes = new TreeMap<>();
    globals.forEach((name, value) -> bytes.put(name, bytes(report, name, value)));
    Map<String, List<String>> functions = new TreeMap<>();
    selections.forEach(s -> functions.put(s.function(), s.targetsAtLoad()));
    return CanonicalJson.sha256(
            Map.of(
                "object",
                objectDigest,
                "globals",
                bytes,
                "maps",
                definitions(maps),
                "functions",
                functions))
        .substring(0, HASH);
  }

  /** What each node knows for itself is told apart by the node. */
  private static String bytes(ObjectReport report, String name, JsonNode value) {
    return NodeReference.of("globals." + name, value).isPresent()
        ? "node:" + value
        : HexFormat.of().formatHex(GlobalValues.encode(report, name, value));
  }

  /** Entries are no part of a load: they come and go in a map that stays. */
  private static List<MapOverride> definitions(List<MapOverride> maps) {
    return maps.stream()
        .filter(map -> map.maxEntries() != null || map.sharedFrom() != null)
        .map(map -> map.with(null, null))
        .toList();
  }

  private static String shorten(String name, int length, String hash) {
    int most = length - HASH - 1;
    String start = name.length() <= most ? name : name.substring(0, most);
    // A label or name has a letter or digit before the dash of a part.
    return start.replaceAll("[-.]+$", "") + "-" + hash.substring(0, HASH);
  }

  private static List<OwnerReference> owners(BpfProgram program) {
    String uid = program.getMetadata().getUid();
    return uid == null
        ? List.of()
        : List.of(
            new OwnerReferenceBuilder()
                .withApiVersion(program.getApiVersion())
                .withKind(program.getKind())
                .withName(program.getMetadata().getName())
                .withUid(uid)
                .withController(true)
                .build());
  }
}
