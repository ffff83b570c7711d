package dev.skep.artifact.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images of every shape, in memory: those that our packer does not make. */
final class SampleImage implements BlobSource {
  static final String TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final ObjectMapper JSON = new ObjectMapper();

  final Map<String, byte[]> blobs = new LinkedHashMap<>();
  final Map<String, byte[]> manifests = new LinkedHashMap<>();
  private final ArrayNode layers = JSON.createArrayNode();
  private final ArrayNode entries = JSON.createArrayNode();

  /** The least that counts as an ELF for eBPF, told apart by its last byte. */
  static byte[] elf(int last) {
    byte[] elf = new byte[65];
    byte[] head = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    System.arraycopy(head, 0, elf, 0, head.length);
    elf[18] = (byte) 247;
    elf[64] = (byte) last;
    return elf;
  }

  static byte[] x86Elf() {
    byte[] elf = elf(0);
    elf[18] = 62;
    return elf;
  }

  /** A tar of files by name. */
  static byte[] tar(Map<String, byte[]> files) {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (var file : files.entrySet()) {
        var entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] content) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  SampleImage files(Map<String, byte[]> files) {
    return layer(TAR_GZIP, gzip(tar(files)));
  }

  SampleImage layer(String mediaType, byte[] bytes) {
    layers.add(describe(mediaType, blob(bytes)));
    return this;
  }

  /** Ends an image; its manifest's bytes. */
  byte[] manifest(String configType, String config) {
    ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2);
    manifest.put("mediaType", Manifest.IMAGE_TYPE);
    manifest.set("config", describe(configType, blob(config.getBytes(StandardCharsets.UTF_8))));
    manifest.set("layers", layers.deepCopy());
    layers.removeAll();
    byte[] json = manifest.toString().getBytes(StandardCharsets.UTF_8);
    manifests.put(Digest.of(json), json);
    return json;
  }

  byte[] manifest(Map<String, String> labels) {
    ObjectNode config = JSON.createObjectNode();
    ObjectNode into = config.putObject("config").putObject("Labels");
    labels.forEach(into::put);
    return manifest("application/vnd.oci.image.config.v1+json", config.toString());
  }

  SampleImage entry(String os, String architecture, byte[] manifest) {
    ObjectNode entry = describe(Manifest.IMAGE_TYPE, manifest);
    entry.putObject("platform").put("os", os).put("architecture", architecture);
    entries.add(entry);
    return this;
  }

  byte[] index() {
    ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
    index.put("mediaType", Manifest.INDEX_TYPE);
    index.set("manifests", entries);
    return index.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Everything put in so far under one index, for a real registry. */
  PackedImage packed() {
    return new PackedImage(blobs, manifests, index());
  }

  /** Reads an image whose top is the given manifest or index, on amd64. */
  ResolvedImage read(byte[] top) {
    return new ImageReader(this, Platform.linux("amd64")).read("sample", Digest.of(top), top);
  }

  private byte[] blob(byte[] bytes) {
    blobs.put(Digest.of(bytes), bytes);
    return bytes;
  }

  private static ObjectNode describe(String mediaType, byte[] bytes) {
    return Json.describe(mediaType, bytes);
  }

  @Override
  public String subject() {
    return "image sample";
  }

  @Override
  public byte[] manifest(String digest) {
    return manifests.getOrDefault(digest, new byte[0]);
  }

  @Override
  public byte[] blob(Descriptor descriptor) {
    return blobs.getOrDefault(descriptor.digest(), new byte[0]);
  }
}
