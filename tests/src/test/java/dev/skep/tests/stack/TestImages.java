package dev.skep.tests.stack;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;

/**
 * Puts images into a registry, good ones and bad. Made by Jib and not by our own packer, so that
 * what we pull is somebody else's image.
 */
public final class TestImages {
  private static final Path OBJECTS = Path.of(System.getProperty("skep.bpf"));

  static {
    // Our test registries speak plain http on loopback; Jib then keeps the login to itself.
    System.setProperty("sendCredentialsOverHttp", "true");
  }

  private TestImages() {}

  /** The compiled object of one test program or one that we ship. */
  public static byte[] object(String name) {
    try {
      return Files.readAllBytes(OBJECTS.resolve(name + ".bpf.o"));
    } catch (IOException e) {
      throw new IllegalStateException(
          "no object " + name + " under " + OBJECTS + ": run bpf-programs/build.sh", e);
    }
  }

  /** Pushes an image with these files at its root; returns the manifest's digest. */
  public static String push(String reference, Map<String, byte[]> files) {
    return push(reference, files, null);
  }

  /** The same for an architecture, as OCI names it. */
  public static String pushFor(String architecture, String reference, Map<String, byte[]> files) {
    return push(reference, files, null, architecture);
  }

  /** The same, logged in as {@code user:password}. */
  public static String push(String reference, Map<String, byte[]> files, String login) {
    return push(reference, files, login, "amd64");
  }

  private static String push(
      String reference, Map<String, byte[]> files, String login, String architecture) {
    try {
      Path folder = Files.createTempDirectory("skep-image");
      FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("object");
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = Files.write(folder.resolve(file.getKey()), file.getValue());
        layer.addEntry(path, AbsoluteUnixPath.get("/" + file.getKey()));
      }
      RegistryImage to = RegistryImage.named(reference);
      if (login != null) {
        String[] parts = login.split(":", 2);
        to.addCredential(parts[0], parts[1]);
      }
      String digest =
          Jib.fromScratch()
              .setPlatforms(Set.of(new Platform(architecture, "linux")))
              .addFileEntriesLayer(layer.build())
              .containerize(
                  Containerizer.to(to)
                      .setAllowInsecureRegistries(true)
                      .setBaseImageLayersCache(folder.resolve("base"))
                      .setApplicationLayersCache(folder.resolve("layers")))
              .getDigest()
              .toString();
      deleteAll(folder);
      return digest;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot push " + reference, e);
    }
  }

  public static void deleteAll(Path folder) {
    try (var paths = Files.walk(folder)) {
      paths.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
