package dev.skep.artifact.oci;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.RegistryHttp.Answer;
import dev.skep.artifact.oci.RegistryHttp.Ask;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import javax.net.ssl.SSLException;

/** One repository of one registry, asked by one user. Turns what can go wrong into refusals. */
final class RegistrySession implements BlobSource {
  private static final Map<String, String> ANY_MANIFEST =
      Map.of("Accept", String.join(", ", Manifest.MEDIA_TYPES));

  private final ImageReference reference;
  private final RegistryHttp http;
  private final RegistryLogin login;
  private final RegistryLogin.Scope scope;
  private final URI root;

  RegistrySession(
      ImageReference reference,
      RegistryHttp http,
      RegistryLogin login,
      RegistryLogin.Scope scope,
      boolean plain) {
    this.reference = reference;
    this.http = http;
    this.login = login;
    this.scope = scope;
    this.root =
        URI.create(
            (plain ? "http" : "https")
                + "://"
                + reference.registry()
                + "/v2/"
                + reference.repository()
                + "/");
  }

  @Override
  public String subject() {
    return "image " + reference;
  }

  /** The digest the registry says a tag has, without the manifest; empty when it does not say. */
  String digestOf(String tag) {
    return send("HEAD", "manifests/" + tag, ANY_MANIFEST, Limits.MANIFEST)
        .header("docker-content-digest");
  }

  /** The manifest under a tag or digest, and the digest the registry says it has. */
  Answer manifestAnswer(String qualifier) {
    return send("GET", "manifests/" + qualifier, ANY_MANIFEST, Limits.MANIFEST);
  }

  @Override
  public byte[] manifest(String digest) {
    return manifestAnswer(digest).body();
  }

  @Override
  public byte[] blob(Descriptor descriptor) {
    try {
      return send("GET", "blobs/" + descriptor.digest(), Map.of(), descriptor.size()).body();
    } catch (Refusal e) {
      if (e.failure().reason() != Reason.TooLarge) {
        throw e;
      }
      throw new Refusal(
          Reason.DigestMismatch,
          "%s: registry %s sends more for %s than the %d bytes the manifest says"
              .formatted(subject(), reference.registry(), descriptor.digest(), descriptor.size()),
          e);
    }
  }

  private Answer send(String method, String path, Map<String, String> headers, long limit) {
    Answer answer = request(new Ask(method, address(path), headers, null, limit));
    if (answer.status() == 200) {
      return answer;
    }
    throw refused(answer, path);
  }

  /** Sends with the login that is known, answers one challenge, returns whatever status comes. */
  Answer request(Ask ask) {
    try {
      String known = login.known(scope);
      Answer first = http.send(ask, known);
      if (first.status() != 401) {
        return first;
      }
      login.forget(scope);
      return http.send(ask, login.answer(scope, first, ask.uri()));
    } catch (BoundedBody.TooLong e) {
      throw Limits.tooLarge(
          subject(), "the answer for " + ask.uri().getPath() + " has more bytes", ask.limit());
    } catch (RegistryLogin.Denied e) {
      throw unauthorized(e.getMessage(), e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** An address in this repository, or what an answer names as one. */
  URI address(String pathOrLocation) {
    try {
      return RegistryHttp.resolve(root, pathOrLocation);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private Refusal unreachable(IOException e) {
    return new Refusal(
        Reason.RegistryUnreachable,
        "%s: registry %s cannot be reached: %s; it is tried again"
            .formatted(subject(), reference.registry(), inWords(e)),
        e);
  }

  /** The refusal for a status that is not the one hoped for. */
  Refusal refused(Answer answer, String path) {
    login.forget(scope);
    return switch (answer.status()) {
      case 401, 403 -> unauthorized("it answers " + answer.status(), null);
      case 404 ->
          new Refusal(
              Reason.ImageNotFound,
              path.startsWith("blobs/")
                  ? "%s: %s, which it names, is not in the registry; push the image again"
                      .formatted(subject(), path.substring("blobs/".length()))
                  : "%s: not found in the registry; check repository and %s"
                      .formatted(subject(), reference.digest().isPresent() ? "digest" : "tag"));
      default ->
          new Refusal(
              Reason.RegistryUnreachable,
              "%s: registry %s answers %d%s; it is tried again"
                  .formatted(
                      subject(),
                      reference.registry(),
                      answer.status(),
                      answer.status() == 429 ? " (too many requests)" : ""));
    };
  }

  private Refusal unauthorized(String why, Throwable cause) {
    String advice =
        scope.credentials() instanceof Credentials.None
            ? "needs a login, or the repository does not exist (%s); name a pull secret or log in"
            : "the login of " + scope.credentials().who() + " is not accepted (%s); renew it";
    return new Refusal(
        Reason.ImageUnauthorized,
        "%s: registry %s %s".formatted(subject(), reference.registry(), advice.formatted(why)),
        cause);
  }

  private String inWords(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "the name is not known";
      }
    }
    return switch (e) {
      case HttpConnectTimeoutException ignored -> "no connection within the time allowed";
      case ConnectException ignored -> "connection refused";
      case SSLException ssl ->
          "TLS: " + ssl.getMessage() + " (a registry that speaks plain http must be allowed)";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
