package dev.skep.tests.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skep.tests.stack.RunningProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An image's own command in its own root, which it cannot write to but for /tmp and /var/lib/skep,
 * as in a container; with this machine's network, processes and kernel, as the daemon's pod has
 * them.
 */
public final class ImageProcess {
  private static final String MOUNTS =
      """
      root=$1 user=$2 shared=$3; shift 3
      mount --bind "$root" "$root"
      mount --bind /proc "$root/proc"
      mount --rbind /sys "$root/sys"
      mount --rbind /dev "$root/dev"
      mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
      mount -t tmpfs tmpfs "$root/var/lib/skep"
      if [[ $shared ]]; then mkdir -p "$root$shared"; mount --bind "$shared" "$root$shared"; fi
      mount -o remount,ro,bind "$root"
      exec chroot --userspec="$user" "$root" "$@"
      """;

  private ImageProcess() {}

  static RunningProcess start(
      JsonNode configuration,
      Path root,
      Path log,
      Map<String, String> environment,
      List<String> javaFlags,
      List<String> arguments) {
    List<String> command = command(configuration, root, "", environment, javaFlags);
    command.addAll(arguments);
    return RunningProcess.start("image", log, Map.of(), command);
  }

  /**
   * The command of an image, to which arguments may be added.
   *
   * @param root its files, as {@link ImageBuilds#unpack} leaves them
   * @param shared a folder of this machine that it has at the same place, and may write to; or
   *     empty
   */
  public static List<String> command(
      JsonNode configuration,
      Path root,
      String shared,
      Map<String, String> environment,
      List<String> javaFlags) {
    List<String> command = new ArrayList<>(List.of("env", "-i"));
    configuration.at("/config/Env").forEach(pair -> command.add(pair.asText()));
    command.add("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    environment.forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(
        List.of("unshare", "--mount", "--propagation", "private", "bash", "-ec", MOUNTS));
    command.addAll(
        List.of("-", root.toString(), configuration.at("/config/User").asText(), shared));
    configuration.at("/config/Entrypoint").forEach(word -> command.add(word.asText()));
    command.addAll(command.size() - 2, javaFlags);
    return command;
  }
}
