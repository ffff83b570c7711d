package dev.skep.images.cli;

import dev.skep.artifact.oci.DockerLogin;
import dev.skep.artifact.oci.ImageIndex;
import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.OciLayout;
import dev.skep.artifact.oci.PackedImage;
import dev.skep.artifact.oci.RegistryImages;
import dev.skep.artifact.oci.RegistrySettings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "store",
    description =
        "Copies an image into a registry or a layout folder; several, each of an architecture of"
            + " its own, become one index. Prints the digest. Logins are those of docker login.")
final class StoreCommand implements Callable<Integer> {
  /** Bytes of the largest layer that is copied; all of an image is in memory meanwhile. */
  private static final long LARGEST_LAYER = 1L << 29;

  @Parameters(index = "0", paramLabel = "TARGET", description = "REGISTRY/NAME:TAG or oci:DIR:TAG")
  private String target;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "SOURCE",
      description = "REGISTRY/NAME:TAG or oci:DIR:TAG")
  private List<String> sources;

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST[:PORT]",
      description = "A registry spoken to by plain http; those of this machine are anyway.")
  private Set<String> insecure = Set.of();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try (var registry = new RegistryImages(RegistrySettings.defaults().withInsecure(insecure))) {
      List<PackedImage> images = sources.stream().map(s -> read(registry, s)).toList();
      PackedImage image = images.size() == 1 ? images.getFirst() : ImageIndex.join(images);
      write(registry, image);
      spec.commandLine().getOut().println(target + " " + image.digest());
    }
    return 0;
  }

  private static PackedImage read(RegistryImages registry, String source) {
    if (OciLayout.isLayout(source)) {
      return OciLayout.parse(source).load(LARGEST_LAYER);
    }
    ImageReference reference = ImageReference.parse(source);
    return registry.fetch(reference, DockerLogin.find(reference, System.getenv()), LARGEST_LAYER);
  }

  private void write(RegistryImages registry, PackedImage image) {
    if (OciLayout.isLayout(target)) {
      OciLayout layout = OciLayout.parse(target);
      image.writeLayout(layout.folder(), layout.tag().orElse("latest"));
    } else {
      ImageReference reference = ImageReference.parse(target);
      registry.push(image, reference, DockerLogin.find(reference, System.getenv()));
    }
  }
}
