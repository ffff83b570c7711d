package dev.skep.images.debian;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Where packages are fetched from: the machine's own mirror, else Debian's archive of everything
 * that ever was. Plain http is good enough, for the lock says what the bytes must be.
 */
public final class PackageArchive {
  private final Path cache;
  private final List<URI> mirrors;

  /**
   * @param cache folder that keeps what was fetched, by digest
   * @param mirrors asked in this order; each is the address that a lock's paths continue
   */
  public PackageArchive(Path cache, List<URI> mirrors) {
    this.cache = cache;
    this.mirrors = List.copyOf(mirrors);
  }

  /**
   * The package's file, fetched when it is not there yet.
   *
   * @throws IOException when no mirror has these bytes; says what to do
   */
  public Path fetch(LockedPackage wanted) throws IOException, InterruptedException {
    Path file = cache.resolve(wanted.sha256() + ".deb");
    if (Files.exists(file)) {
      return file;
    }
    Files.createDirectories(cache);
    var tried = new ArrayList<String>();
    try (HttpClient http =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      for (URI mirror : mirrors) {
        String address = mirror.toString().replaceFirst("/*$", "/") + wanted.path();
        String trouble = fetch(http, URI.create(address.replace("+", "%2B")), wanted, file);
        if (trouble.isEmpty()) {
          return file;
        }
        tried.add(address + ": " + trouble);
      }
    }
    throw new IOException(
        "%s %s is not to be had any more:%n  %s%nscripts/images.sh lock pins what Debian has now"
            .formatted(wanted.name(), wanted.version(), String.join("\n  ", tried)));
  }

  private static String fetch(HttpClient http, URI address, LockedPackage wanted, Path file)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(2)).GET().build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        return "HTTP " + answer.statusCode();
      }
      String actual = sha256(answer.body());
      if (!actual.equals(wanted.sha256())) {
        return "other bytes, of sha256 " + actual;
      }
      Path part = Files.createTempFile(file.getParent(), ".", ".part");
      Files.write(part, answer.body());
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage() == null ? e : e.getMessage());
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
