package dev.skep.artifact.oci;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.RegistryHttp.Answer;
import dev.skep.artifact.oci.RegistryHttp.Ask;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** One repository of one registry, asked by one user. */
final class RegistrySession implements BlobSource {
  private static final Map<String, String> ANY_MANIFEST =
      Map.of("Accept", String.join(", ", Manifest.MEDIA_TYPES));

  private final RegistryHttp http;
  private final RegistryLogin login;
  private final RegistryLogin.Scope scope;
  private final RegistryErrors errors;
  private final URI root;

  RegistrySession(
      ImageReference reference,
      RegistryHttp http,
      RegistryLogin login,
      RegistryLogin.Scope scope,
      boolean plain) {
    this.http = http;
    this.login = login;
    this.scope = scope;
    this.errors = new RegistryErrors(reference, scope);
    String scheme = plain ? "http" : "https";
    this.root =
        URI.create(scheme + "://" + reference.registry() + "/v2/" + reference.repository() + "/");
  }

  @Override
  public String subject() {
    return errors.subject();
  }

  /** The digest the registry says a tag has, without the manifest; empty when it does not say. */
  String digestOf(String tag) {
    return read("HEAD", "manifests/" + tag, ANY_MANIFEST, Limits.MANIFEST)
        .header("docker-content-digest");
  }

  /** The manifest under a tag or digest, with the registry's headers. */
  Answer manifestAnswer(String qualifier) {
    return read("GET", "manifests/" + qualifier, ANY_MANIFEST, Limits.MANIFEST);
  }

  @Override
  public byte[] manifest(String digest) {
    return manifestAnswer(digest).body();
  }

  @Override
  public byte[] blob(Descriptor descriptor) {
    try {
      return read("GET", "blobs/" + descriptor.digest(), Map.of(), descriptor.size()).body();
    } catch (Refusal e) {
      if (e.failure().reason() != Reason.TooLarge) {
        throw e;
      }
      throw new Refusal(
          Reason.DigestMismatch,
          "%s: the registry sends more for %s than the %d bytes the manifest says"
              .formatted(subject(), descriptor.digest(), descriptor.size()),
          e);
    }
  }

  private Answer read(String method, String path, Map<String, String> headers, long limit) {
    Answer answer = request(new Ask(method, address(path), headers, null, limit));
    if (answer.status() != 200) {
      throw refused(answer, path);
    }
    return answer;
  }

  /**
   * Sends with the login that is known, answers one challenge, returns whatever status comes. Where
   * the registry refers to another host, that one is shown no login and asked for none.
   */
  Answer request(Ask ask) {
    try {
      Answer first = http.send(ask, isRegistry(ask.uri()) ? login.known(scope) : null);
      if (first.status() != 401 || !isRegistry(first.from())) {
        return first;
      }
      login.forget(scope);
      return http.send(ask, login.answer(scope, first));
    } catch (BoundedBody.TooLong e) {
      throw Limits.tooLarge(
          subject(), "the answer for " + ask.uri().getPath() + " has more bytes", ask.limit());
    } catch (RegistryLogin.Denied e) {
      throw errors.unauthorized(e.getMessage(), e);
    } catch (IOException e) {
      throw errors.unreachable(e);
    }
  }

  private boolean isRegistry(URI uri) {
    return RegistryHttp.sameOrigin(root, uri);
  }

  /** An address in this repository, or what an answer names as one. */
  URI address(String pathOrLocation) {
    URI address;
    try {
      address = RegistryHttp.resolve(root, pathOrLocation);
    } catch (IOException e) {
      throw errors.unreachable(e);
    }
    if (root.getScheme().equals("https") && !"https".equalsIgnoreCase(address.getScheme())) {
      throw errors.inTheClear(address);
    }
    return address;
  }

  /** The refusal for a status that is not the one hoped for. */
  Refusal refused(Answer answer, String path) {
    if (!isRegistry(answer.from()) && answer.status() != 404) {
      return errors.elsewhere(answer);
    }
    login.forget(scope);
    return errors.status(answer, path);
  }
}
