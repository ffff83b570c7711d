package dev.skep.node.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/** The current context of a kubeconfig: tokens and client certificates, no plugins. */
final class Kubeconfig {
  private final Path file;
  private final JsonNode config;

  private Kubeconfig(Path file, JsonNode config) {
    this.file = file;
    this.config = config;
  }

  static Access read(Path file) throws IOException {
    try {
      JsonNode config = new YAMLMapper().readTree(Files.readString(file));
      return new Kubeconfig(file, config).access();
    } catch (JsonProcessingException e) {
      throw new IOException("kubeconfig " + file + ": not YAML: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException("kubeconfig " + file + ": " + e.getMessage(), e);
    }
  }

  private Access access() throws IOException {
    JsonNode context = named("contexts", config.path("current-context").asText(), "context");
    JsonNode cluster = named("clusters", context.path("cluster").asText(), "cluster");
    JsonNode user = named("users", context.path("user").asText(), "user");
    if (cluster.path("insecure-skip-tls-verify").asBoolean()) {
      throw new IllegalArgumentException(
          "insecure-skip-tls-verify is not supported: give the cluster's certificate-authority");
    }
    for (String plugin : new String[] {"exec", "auth-provider"}) {
      if (user.has(plugin)) {
        throw new IllegalArgumentException(
            "users of kind " + plugin + " are not supported: use a token or a client certificate");
      }
    }
    Optional<byte[]> certificate = content(user, "client-certificate");
    Optional<Tls.Identity> identity = Optional.empty();
    if (certificate.isPresent()) {
      byte[] key =
          content(user, "client-key")
              .orElseThrow(() -> new IllegalArgumentException("the user has no client-key"));
      identity = Optional.of(new Tls.Identity(certificate.get(), key));
    }
    return new Access(
        URI.create(cluster.path("server").asText()),
        Tls.context(content(cluster, "certificate-authority"), identity),
        token(user));
  }

  private Supplier<Optional<String>> token(JsonNode user) {
    if (user.has("tokenFile")) {
      return new TokenFile(beside(user.path("tokenFile").asText()));
    }
    Optional<String> token =
        user.has("token") ? Optional.of(user.path("token").asText()) : Optional.empty();
    return () -> token;
  }

  private JsonNode named(String list, String name, String what) {
    for (JsonNode entry : config.path(list)) {
      if (entry.path("name").asText().equals(name)) {
        return entry.path(what);
      }
    }
    throw new IllegalArgumentException("there is no " + what + " \"" + name + "\"");
  }

  /** The bytes in {@code FIELD-data}, else of the file that {@code FIELD} names. */
  private Optional<byte[]> content(JsonNode node, String field) throws IOException {
    if (node.has(field + "-data")) {
      return Optional.of(Base64.getDecoder().decode(node.path(field + "-data").asText()));
    }
    if (node.has(field)) {
      return Optional.of(Files.readAllBytes(beside(node.path(field).asText())));
    }
    return Optional.empty();
  }

  private Path beside(String path) {
    return file.toAbsolutePath().getParent().resolve(path);
  }
}
