package dev.skep.node.cluster;

import dev.skep.node.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** A token in a file that the kubelet writes anew before the token expires. */
final class TokenFile implements Supplier<Optional<String>> {
  private static final long FRESH = Duration.ofMinutes(1).toNanos();
  private final Path file;
  private Optional<String> token = Optional.empty();
  private long readAt;

  TokenFile(Path file) {
    this.file = file;
  }

  @Override
  public synchronized Optional<String> get() {
    long now = System.nanoTime();
    if (token.isEmpty() || now - readAt > FRESH) {
      try {
        token = Optional.of(Files.readString(file).strip());
        readAt = now;
      } catch (IOException e) {
        Log.of(TokenFile.class).warn("token not read", "file", file, "cause", e);
      }
    }
    return token;
  }
}
