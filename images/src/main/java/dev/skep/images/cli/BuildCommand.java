package dev.skep.images.cli;

import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.PackedImage;
import dev.skep.images.build.BuiltImage;
import dev.skep.images.build.Checkout;
import dev.skep.images.build.ImageBuild;
import dev.skep.images.debian.PackageArchive;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "build",
    description = "Builds images: of each a tar, a tag in an OCI layout, a bill of materials.")
final class BuildCommand implements Callable<Integer> {
  @Option(names = "--checkout", required = true, paramLabel = "DIR")
  private Path checkout;

  @Option(names = "--version", required = true)
  private String version;

  @Option(names = "--revision", required = true, paramLabel = "COMMIT")
  private String revision;

  @Option(names = "--source", required = true, paramLabel = "URL")
  private String source;

  @Option(names = "--output", required = true, paramLabel = "DIR")
  private Path output;

  @Option(
      names = "--mirror",
      required = true,
      paramLabel = "URL",
      description = "Where Debian's packages come from; asked in the order given.")
  private List<URI> mirrors;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "operator, daemon")
  private List<String> images;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Files.createDirectories(output);
    ImageBuild build =
        new ImageBuild(
            new Checkout(checkout, version, revision, source),
            output.resolve("work"),
            new PackageArchive(output.resolve("packages"), mirrors));
    for (String name : images) {
      BuiltImage built = build.build(name);
      PackedImage image = built.image();
      image.writeLayout(output.resolve("layout"), name);
      image.writeTar(output.resolve(name + ".tar"), ImageReference.parse(build.reference(name)));
      Files.write(output.resolve(name + ".cdx.json"), built.bill());
      long bytes = image.blobs().values().stream().mapToLong(b -> b.length).sum();
      spec.commandLine()
          .getOut()
          .printf("%s %s %.1f MiB%n", build.reference(name), image.digest(), bytes / 1048576.0);
    }
    return 0;
  }
}
