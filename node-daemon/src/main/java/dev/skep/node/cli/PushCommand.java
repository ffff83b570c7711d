package dev.skep.node.cli;

import dev.skep.artifact.oci.DockerLogin;
import dev.skep.artifact.oci.ImageReference;
import dev.skep.artifact.oci.RegistryImages;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "push",
    description = {
      "Packs an eBPF object and stores it in a registry. Prints the image's digest.",
      "Logins are those of docker login, podman login or skopeo login."
    },
    footer = {
      "",
      "Examples:",
      "  skep push file_opens.bpf.o registry.example.com/bpf/file-opens:v1",
      "  skep push oci:./image localhost:5000/file-opens:v1"
    })
final class PushCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE|oci:DIR", description = "The object to store.")
  private String source;

  @Parameters(index = "1", paramLabel = "REFERENCE", description = "Where to: registry/name:tag.")
  private String reference;

  @Mixin private Packing packing;
  @Mixin private ObjectSource objects;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ImageReference target = ImageReference.parse(reference);
    try (RegistryImages registry = objects.registry()) {
      String digest =
          registry.push(
              packing.pack(objects.read(source)),
              target,
              DockerLogin.find(target, System.getenv()));
      spec.commandLine().getOut().println(digest);
    }
    return ExitCode.OK;
  }
}
