package dev.skep.images.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The classes of a start, loaded and linked beforehand, for Java to map into memory.
 *
 * <p>Made from a list of classes, not by a run of the program: a run loads classes in an order of
 * its own each time, and Java's newer two-step cache writes the time into some objects. From one
 * list Java makes the same bytes each time.
 */
public final class ClassArchive {
  private ClassArchive() {}

  /**
   * Makes the archive within the image's own root, for Java checks the paths, sizes and times of
   * the jars it was made from. Needs no mounts and, where users may make namespaces, no root.
   *
   * @param root the image's files, with the times they have in the image
   * @param java the runtime's folder in the image, e.g. /opt/java
   * @param jar the program, in the image
   * @param options files of JVM options, in the image
   * @param list the list of classes, in the image's /tmp
   * @param archive what is made, in the image's /tmp
   */
  public static void dump(
      Path root, String java, String jar, List<String> options, String list, String archive)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("unshare"));
    if (!"root".equals(System.getProperty("user.name"))) {
      command.add("--map-root-user");
    }
    command.addAll(List.of("--net", "chroot", root.toString(), java + "/bin/java"));
    options.forEach(file -> command.add("@" + file));
    command.addAll(
        List.of(
            // No collection but the last one: what a collection leaves behind depends on its
            // moment.
            "-Xms400m",
            "-Xmn300m",
            "-Xmx400m",
            "-XX:MetaspaceSize=256m",
            "-XX:-UseContainerSupport",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-Xshare:dump",
            "-XX:SharedClassListFile=" + list,
            "-XX:SharedArchiveFile=" + archive,
            "-cp",
            jar));
    // The launcher finds its libraries through /proc, which is not mounted there.
    String libraries = java + "/lib:" + java + "/lib/server";
    String printed = ToolRun.run(command, Map.of("LD_LIBRARY_PATH", libraries));
    if (!Files.isRegularFile(root.resolve(archive.substring(1)))) {
      throw new IOException("java -Xshare:dump made no archive: " + printed.strip());
    }
  }
}
