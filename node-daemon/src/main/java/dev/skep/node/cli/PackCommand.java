package dev.skep.node.cli;

import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.OciLayout;
import dev.skep.artifact.oci.PackedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "pack",
    description = {
      "Packs a compiled eBPF object into an OCI image, in a folder or a file.",
      "The same object and labels give the same digest, which is printed."
    },
    footer = {
      "",
      "Examples:",
      "  skep pack file_opens.bpf.o --output oci:./image",
      "  skep pack file_opens.bpf.o --output file-opens.tar --tag file-opens:v1",
      "  skep pack file_opens.bpf.o --output oci:./image:v1 \\",
      "      --label org.opencontainers.image.source=https://example.com/bpf"
    })
final class PackCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The object, as clang -target bpf -g wrote it.")
  private String file;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "oci:DIR[:TAG]|FILE.tar",
      description =
          "An OCI layout folder, made if it is not there; or one file as docker load, podman load"
              + " and skopeo read it.")
  private String target;

  @Option(
      names = "--tag",
      paramLabel = "NAME:TAG",
      description = "With FILE.tar: the name it is loaded under. Default: the object's name.")
  private String tag;

  @Mixin private Packing packing;
  @Mixin private ObjectSource objects;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PackedImage image = packing.pack(objects.read(Path.of(file).toAbsolutePath().toString()));
    if (OciLayout.isLayout(target)) {
      OciLayout layout = OciLayout.parse(target);
      image.writeLayout(layout.folder(), layout.tag().orElse("latest"));
    } else if (target.endsWith(".tar")) {
      image.writeTar(Path.of(target), ImageReference.parse(tag != null ? tag : name()));
    } else {
      throw new ParameterException(
          spec.commandLine(), "--output " + target + ": write oci:DIR or a FILE.tar");
    }
    spec.commandLine().getOut().println(image.digest());
    return ExitCode.OK;
  }

  /** file_opens.bpf.o becomes file-opens:latest; references know no capitals. */
  private String name() {
    return Path.of(file)
            .getFileName()
            .toString()
            .replaceAll("(\\.bpf)?\\.o$", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
        + ":latest";
  }
}
