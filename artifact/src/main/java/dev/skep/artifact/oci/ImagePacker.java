package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.image.json.ContainerConfigurationTemplate;
import com.google.cloud.tools.jib.image.json.OciManifestTemplate;
import com.google.cloud.tools.jib.json.JsonTemplate;
import com.google.cloud.tools.jib.json.JsonTemplateMapper;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.DigestException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Packs an eBPF object into an image in bpfman's layout: one layer, the ELF at its root, labels in
 * the configuration. The same input gives the same bytes: no time, user or machine goes in. One
 * index serves amd64 and arm64, which share the object, as both are little-endian.
 */
public final class ImagePacker {
  private static final List<String> ARCHITECTURES = List.of("amd64", "arm64");

  private ImagePacker() {}

  /**
   * Packs.
   *
   * @param fileName name of the object in the image, e.g. file_opens.bpf.o
   * @param object the ELF bytes; who calls has inspected them
   * @param labels the image's labels: io.ebpf.programs, io.ebpf.maps, dev.skep.*
   * @throws Refusal TooLarge when no one could pull the result
   */
  public static PackedImage pack(String fileName, byte[] object, Map<String, String> labels) {
    Limits.check(fileName, "the object", object.length, Limits.OBJECT);
    if (fileName.isEmpty() || fileName.contains("/")) {
      throw new Refusal(Reason.InvalidImage, "\"" + fileName + "\" is not a file name");
    }
    try {
      byte[] tar = tar(fileName, object);
      byte[] layer = gzip(tar);
      var blobs = new LinkedHashMap<String, byte[]>();
      blobs.put(Digest.of(layer), layer);
      var manifests = new LinkedHashMap<String, byte[]>();
      ObjectNode index = Json.object();
      index.put("schemaVersion", 2).put("mediaType", Manifest.INDEX_TYPE);
      for (String architecture : ARCHITECTURES) {
        byte[] config = config(architecture, Digest.of(tar), labels);
        blobs.put(Digest.of(config), config);
        byte[] manifest = manifest(config, layer);
        manifests.put(Digest.of(manifest), manifest);
        ObjectNode entry = Json.describe(Manifest.IMAGE_TYPE, manifest);
        entry.putObject("platform").put("architecture", architecture).put("os", "linux");
        index.withArray("manifests").add(entry);
      }
      return new PackedImage(blobs, manifests, Json.bytes(index));
    } catch (IOException e) {
      throw new UncheckedIOException("nothing but memory is written to", e);
    }
  }

  private static byte[] tar(String fileName, byte[] object) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      var entry = new TarArchiveEntry(fileName);
      entry.setSize(object.length);
      entry.setMode(0100644);
      entry.setModTime(0);
      entry.setIds(0, 0);
      entry.setNames("", "");
      tar.putArchiveEntry(entry);
      tar.write(object);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    }
    return zipped.toByteArray();
  }

  private static byte[] config(String architecture, String diffId, Map<String, String> labels)
      throws IOException {
    var config = new ContainerConfigurationTemplate();
    config.setCreated(Instant.EPOCH.toString());
    config.setArchitecture(architecture);
    config.setOs("linux");
    config.setContainerLabels(new TreeMap<>(labels));
    config.addLayerDiffId(jib(diffId));
    return json(config);
  }

  private static byte[] manifest(byte[] config, byte[] layer) throws IOException {
    var manifest = new OciManifestTemplate();
    manifest.setContainerConfiguration(config.length, jib(Digest.of(config)));
    manifest.addLayer(layer.length, jib(Digest.of(layer)));
    return json(manifest);
  }

  private static byte[] json(JsonTemplate template) throws IOException {
    return JsonTemplateMapper.toByteArray(template);
  }

  private static DescriptorDigest jib(String digest) {
    try {
      return DescriptorDigest.fromDigest(digest);
    } catch (DigestException e) {
      throw new IllegalStateException("made by Digest.of", e);
    }
  }
}
