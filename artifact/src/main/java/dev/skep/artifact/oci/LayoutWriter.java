package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes the files of the OCI image layout, into a folder or into one tar. */
final class LayoutWriter {
  private static final byte[] VERSION =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

  private LayoutWriter() {}

  static void writeFolder(PackedImage image, Path folder, String tag) throws IOException {
    Files.createDirectories(folder.resolve("blobs/sha256"));
    for (var file : blobFiles(image).entrySet()) {
      replace(folder.resolve(file.getKey()), file.getValue());
    }
    replace(folder.resolve("oci-layout"), VERSION);
    // Last, so that a reader never finds a name whose blobs are not there yet.
    Path index = folder.resolve("index.json");
    JsonNode old = Files.exists(index) ? Json.read(Files.readAllBytes(index)) : Json.object();
    replace(index, Json.bytes(top(image, tag, old.path("manifests"))));
  }

  static void writeTar(PackedImage image, Path file, ImageReference reference) throws IOException {
    Map<String, byte[]> files = blobFiles(image);
    files.put("oci-layout", VERSION);
    files.put("index.json", Json.bytes(named(image, reference)));
    files.put("manifest.json", Json.bytes(dockerManifest(image, reference)));
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (var content : files.entrySet()) {
        var entry = new TarArchiveEntry(content.getKey());
        entry.setSize(content.getValue().length);
        entry.setModTime(0);
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
        tar.write(content.getValue());
        tar.closeArchiveEntry();
      }
    }
  }

  private static Map<String, byte[]> blobFiles(PackedImage image) {
    var files = new LinkedHashMap<String, byte[]>();
    image.blobs().forEach((digest, bytes) -> files.put(path(digest), bytes));
    image.manifests().forEach((digest, bytes) -> files.put(path(digest), bytes));
    files.put(path(image.digest()), image.top());
    return files;
  }

  private static ObjectNode top(PackedImage image, String tag, JsonNode others) {
    ObjectNode top = Json.object().put("schemaVersion", 2);
    top.put("mediaType", Manifest.INDEX_TYPE);
    ArrayNode entries = top.putArray("manifests");
    for (JsonNode other : others) {
      if (!tag.equals(other.path("annotations").path(Descriptor.TAG_ANNOTATION).asText())) {
        entries.add(other);
      }
    }
    ObjectNode entry = Json.describe(image.mediaType(), image.top());
    entry.putObject("annotations").put(Descriptor.TAG_ANNOTATION, tag);
    entries.add(entry);
    return top;
  }

  private static ObjectNode named(PackedImage image, ImageReference reference) {
    ObjectNode top = top(image, reference.qualifier(), MissingNode.getInstance());
    // A tag alone is no name: ctr images import would make one of the day's date.
    top.withArray("manifests")
        .get(0)
        .withObject("annotations")
        .put("io.containerd.image.name", reference.toString());
    return top;
  }

  /** docker load before version 25 reads this file instead of index.json; one image only. */
  private static ArrayNode dockerManifest(PackedImage image, ImageReference reference)
      throws IOException {
    JsonNode first = Json.read(image.firstManifest());
    ObjectNode entry = Json.object();
    entry.put("Config", path(first.at("/config/digest").asText()));
    entry.putArray("RepoTags").add(reference.toString());
    ArrayNode layers = entry.putArray("Layers");
    first.path("layers").forEach(layer -> layers.add(path(layer.path("digest").asText())));
    return new ArrayNode(JsonNodeFactory.instance).add(entry);
  }

  private static String path(String digest) {
    return "blobs/sha256/" + Digest.hex(digest);
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    Path fresh = Files.createTempFile(file.getParent(), ".", ".part");
    Files.write(fresh, bytes);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
