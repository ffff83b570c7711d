package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** From a manifest to the one eBPF object in the image, every byte checked on the way. */
final class ImageReader {
  /** Layers that are the ELF itself: Inspektor Gadget's and bumblebee's. */
  private static final Set<String> OBJECT_LAYERS =
      Set.of(
          "application/vnd.gadget.ebpf.program.v1+binary",
          "application/ebpf.oci.image.program.v1+binary");

  private final BlobSource source;
  private final Platform platform;

  ImageReader(BlobSource source, Platform platform) {
    this.source = source;
    this.platform = platform;
  }

  /**
   * Reads the image.
   *
   * @param reference as the user wrote it
   * @param digest of the manifest, which the bytes have been checked against
   * @param json the manifest
   */
  ResolvedImage read(String reference, String digest, byte[] json) {
    Manifest.Image image =
        switch (Manifest.parse(source.subject(), json)) {
          case Manifest.Image single -> single;
          case Manifest.Index index -> imageOf(index);
        };
    List<Descriptor> objects =
        image.layers().stream().filter(l -> OBJECT_LAYERS.contains(l.mediaType())).toList();
    Map<String, String> labels = Map.of();
    Candidate object;
    if (objects.isEmpty()) {
      labels = labels(image.config());
      object = ObjectChoice.choose(source.subject(), unpack(image.layers()), labels);
    } else {
      object = onlyObject(objects);
    }
    return new ResolvedImage(
        reference, digest, Digest.of(object.bytes()), object.name(), object.bytes(), labels);
  }

  private Manifest.Image imageOf(Manifest.Index index) {
    Descriptor entry = index.choose(source.subject(), platform);
    byte[] json =
        Digest.check(
            source.subject(),
            "the manifest for " + platform,
            source.manifest(entry.digest()),
            entry.digest());
    return switch (Manifest.parse(source.subject(), json)) {
      case Manifest.Image image -> image;
      case Manifest.Index ignored ->
          throw new Refusal(
              Reason.InvalidImage,
              source.subject() + ": its index names another index for " + platform);
    };
  }

  private Candidate onlyObject(List<Descriptor> layers) {
    if (layers.size() > 1) {
      throw new Refusal(
          Reason.AmbiguousElf,
          "%s: holds %d eBPF objects; build an image with one"
              .formatted(source.subject(), layers.size()));
    }
    Descriptor layer = layers.getFirst();
    Limits.check(source.subject(), "the eBPF object", layer.size(), Limits.OBJECT);
    return new Candidate("program.o", blob("the eBPF object", layer));
  }

  private Map<String, String> labels(Descriptor config) {
    Limits.check(source.subject(), "the configuration", config.size(), Limits.CONFIG);
    try {
      JsonNode json = Json.read(blob("the configuration", config));
      var labels = new TreeMap<String, String>();
      for (var label : json.path("config").path("Labels").properties()) {
        labels.put(label.getKey(), label.getValue().asText());
      }
      return Collections.unmodifiableMap(labels);
    } catch (IOException e) {
      throw Json.refusal(source.subject(), "the image configuration", "build and push it again", e);
    }
  }

  private List<Candidate> unpack(List<Descriptor> layers) {
    List<Descriptor> archives =
        layers.stream().filter(layer -> layer.mediaType().contains("tar")).toList();
    long stored = 0;
    for (Descriptor layer : archives) {
      // One by one: a sum of sizes from outside could overflow.
      Limits.check(source.subject(), "a layer", layer.size(), Limits.LAYERS);
      stored += layer.size();
    }
    Limits.check(source.subject(), "the sum of its layers", stored, Limits.LAYERS);
    if (archives.size() > Limits.LAYER_COUNT) {
      throw new Refusal(
          Reason.InvalidImage, source.subject() + ": has " + archives.size() + " layers");
    }
    var files = new LayerFiles(source.subject());
    for (Descriptor layer : archives) {
      files.add(blob("the layer", layer));
    }
    return files.candidates();
  }

  private byte[] blob(String what, Descriptor descriptor) {
    return Digest.check(source.subject(), what, source.blob(descriptor), descriptor.digest());
  }
}
