package dev.skep.tests.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.artifact.process.Command;
import dev.skep.tests.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code scripts/images.sh} as a user calls it, and what it left. */
public final class ImageBuilds {
  static final Path ROOT = ControlPlane.projectRoot();

  private static final ObjectMapper JSON = new ObjectMapper();

  /** All that images are made from. */
  private static final List<String> INPUTS =
      List.of(
          "scripts",
          "pom.xml",
          "images/packages.lock",
          "images/classes",
          "images/target/images",
          "node-daemon/jvm.options",
          "node-daemon/serve.options",
          "node-daemon/serve.env",
          "node-daemon/target/skep",
          "node-daemon/target/bom.json",
          "operator/jvm.options",
          "operator/jvm.env",
          "operator/target/quarkus-app",
          "operator/target/bom.json");

  private final Path checkout;
  private final Path output;

  private ImageBuilds(Path checkout, Path output) {
    this.checkout = checkout;
    this.output = output;
  }

  /** In this checkout, with nothing left from a build before but Debian's packages. */
  public static ImageBuilds here(Path output) throws IOException {
    return with(ROOT, output);
  }

  /** In a copy of this checkout elsewhere, whose files have other times and inodes. */
  static ImageBuilds elsewhere(Path folder, Path output) throws IOException {
    for (String input : INPUTS) {
      Path copy = folder.resolve(input);
      Files.createDirectories(copy.getParent());
      Command.run("cp", "-r", ROOT.resolve(input).toString(), copy.toString());
    }
    return with(folder, output);
  }

  private static ImageBuilds with(Path checkout, Path output) throws IOException {
    Path packages = Files.createDirectories(ROOT.resolve(".cache/images/packages"));
    Files.createDirectories(output);
    Files.createSymbolicLink(output.resolve("packages"), packages);
    return new ImageBuilds(checkout, output);
  }

  public String call(String... arguments) {
    return Command.of(checkout.resolve("scripts/images.sh").toString())
        .and(arguments)
        .with(
            Map.of(
                "SKEP_IMAGES_DIR", output.toString(),
                "SKEP_BUILT", "yes",
                "SKEP_REVISION", "0123456789abcdef0123456789abcdef01234567"))
        .within(ControlPlane.SCRIPTS)
        .output();
  }

  /** The image's configuration: what `docker inspect` shows. */
  public JsonNode configuration(String image) throws IOException {
    return JSON.readTree(blob(manifest(image).at("/config/digest").asText()).toFile());
  }

  JsonNode manifest(String image) throws IOException {
    for (JsonNode entry :
        JSON.readTree(layout().resolve("index.json").toFile()).path("manifests")) {
      if (entry.at("/annotations/org.opencontainers.image.ref.name").asText().equals(image)) {
        return JSON.readTree(blob(entry.path("digest").asText()).toFile());
      }
    }
    throw new IllegalStateException("no " + image + " in " + layout());
  }

  JsonNode bill(String image) throws IOException {
    return JSON.readTree(output.resolve(image + ".cdx.json").toFile());
  }

  Path layout() {
    return output.resolve("layout");
  }

  /** The image's root, as a container runtime unpacks it. */
  public Path unpack(String image, Path root) throws IOException {
    Files.createDirectories(root);
    for (JsonNode layer : manifest(image).path("layers")) {
      Path tar = blob(layer.path("digest").asText());
      Command.run("tar", "-xzf", tar.toString(), "-C", root.toString());
    }
    // What a runtime mounts.
    for (String folder : List.of("proc", "sys", "dev", "tmp", "var/lib/skep")) {
      Files.createDirectories(root.resolve(folder));
    }
    return root;
  }

  private Path blob(String digest) {
    return layout().resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
  }
}
