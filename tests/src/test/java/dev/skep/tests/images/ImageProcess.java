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
final class ImageProcess {
  private static final String MOUNTS =
      """
      root=$1 user=$2; shift 2
      mount --bind "$root" "$root"
      mount --bind /proc "$root/proc"
      mount --rbind /sys "$root/sys"
      mount --rbind /dev "$root/dev"
      mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
      mount -t tmpfs tmpfs "$root/var/lib/skep"
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
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--mount", "--propagation", "private", "bash", "-ec", MOUNTS));
    command.addAll(List.of("-", root.toString(), configuration.at("/config/User").asText()));
    configuration.at("/config/Entrypoint").forEach(word -> command.add(word.asText()));
    command.addAll(command.size() - 2, javaFlags);
    command.addAll(arguments);

    List<String> clean = new ArrayList<>(List.of("env", "-i"));
    configuration.at("/config/Env").forEach(pair -> clean.add(pair.asText()));
    clean.add("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    environment.forEach((name, value) -> clean.add(name + "=" + value));
    clean.addAll(command);
    return RunningProcess.start("image", log, Map.of(), clean);
  }
}
