package dev.skep.node.cli;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.elf.ElfObject;
import dev.skep.artifact.inspect.ObjectInspector;
import dev.skep.artifact.inspect.ObjectReport;
import dev.skep.artifact.oci.Digest;
import dev.skep.artifact.oci.DockerLogin;
import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.OciLayout;
import dev.skep.artifact.oci.RegistryImages;
import dev.skep.artifact.oci.RegistrySettings;
import dev.skep.artifact.oci.ResolvedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** Where an object comes from: an ELF file, an OCI layout folder or a registry. */
final class ObjectSource {
  static final String WHAT =
      "An ELF file (that is there, begins with / or ./, or ends in .o), oci:DIR[:TAG] for an OCI"
          + " layout folder, or an image reference as docker pull takes it.";

  @Option(
      names = "--plain-http",
      paramLabel = "HOST[:PORT]",
      description =
          "Registry to speak to without TLS; may be given several times. Loopback registries need"
              + " it not.")
  private Set<String> insecure = Set.of();

  ResolvedImage read(String argument) throws IOException {
    if (OciLayout.isLayout(argument)) {
      return OciLayout.parse(argument).read();
    }
    if (isFile(argument)) {
      return file(Path.of(argument));
    }
    ImageReference reference = ImageReference.parse(argument);
    try (RegistryImages registry = registry()) {
      return registry.pull(reference, DockerLogin.find(reference, System.getenv()));
    }
  }

  /** Inspects; a refusal names the source. */
  static ObjectReport inspect(ResolvedImage image) {
    try {
      return ObjectInspector.inspect(image.object());
    } catch (Refusal refusal) {
      throw new Refusal(
          refusal.failure().reason(), image.reference() + ": " + refusal.getMessage(), refusal);
    }
  }

  RegistryImages registry() {
    return new RegistryImages(RegistrySettings.defaults().withInsecure(insecure));
  }

  /** What cannot be an image reference, or is there as a file. */
  static boolean isFile(String argument) {
    return argument.startsWith("/")
        || argument.startsWith("./")
        || argument.startsWith("../")
        || argument.endsWith(".o")
        || Files.isRegularFile(Path.of(argument));
  }

  /** A file as if it were in an image of its own, without labels and manifest. */
  private static ResolvedImage file(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new CommandFailure(
          ExitCode.INVALID, "%s is a folder; an OCI layout is oci:%s".formatted(path, path));
    }
    if (Files.size(path) > ElfObject.MAX_SIZE) {
      throw new Refusal(
          Reason.TooLarge,
          "%s is %,d bytes; an object is at most %,d"
              .formatted(path, Files.size(path), ElfObject.MAX_SIZE));
    }
    byte[] bytes = Files.readAllBytes(path);
    String digest = Digest.of(bytes);
    return new ResolvedImage(
        path.toString(), digest, digest, path.getFileName().toString(), bytes, Map.of());
  }
}
