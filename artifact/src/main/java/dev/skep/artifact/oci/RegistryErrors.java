package dev.skep.artifact.oci;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.artifact.oci.RegistryHttp.Answer;
import java.io.IOException;
import java.net.URI;
import javax.net.ssl.SSLException;

/**
 * What a registry's refusals mean for a user.
 *
 * @param reference the image that was asked for
 * @param scope who asked, and what for
 */
record RegistryErrors(ImageReference reference, RegistryLogin.Scope scope) {
  private static final int LONGEST_QUOTE = 200;

  String subject() {
    return "image " + reference;
  }

  /** A status that is not the one hoped for. */
  Refusal status(Answer answer, String path) {
    return switch (answer.status()) {
      case 401, 403 -> unauthorized("it answers " + inWords(answer), null);
      case 404 -> notFound(answer, path);
      default ->
          new Refusal(
              Reason.RegistryUnreachable,
              "%s: registry %s answers %s"
                  .formatted(subject(), reference.registry(), inWords(answer)));
    };
  }

  /** A status of a host that the registry refers to for blobs, manifests or uploads. */
  Refusal elsewhere(Answer answer) {
    String host = answer.from().getRawAuthority();
    // Stores answer 403 for signatures that ran out and blobs that are gone, too.
    String advice =
        answer.status() == 401
            ? "; the login is for the registry alone, so %s has to serve without it".formatted(host)
            : "";
    return new Refusal(
        Reason.RegistryUnreachable,
        "%s: registry %s refers to %s, which answers %s%s"
            .formatted(subject(), reference.registry(), host, inWords(answer), advice));
  }

  /** An upload that is to go by plain http though the registry is spoken to by TLS. */
  Refusal inTheClear(URI address) {
    return new Refusal(
        Reason.RegistryUnreachable,
        ("%s: registry %s is spoken to by https and wants the upload sent to %s://%s; where a proxy"
                + " ends TLS for it, let the proxy send X-Forwarded-Proto: https")
            .formatted(
                subject(), reference.registry(), address.getScheme(), address.getRawAuthority()));
  }

  Refusal unauthorized(String why, Throwable cause) {
    String advice =
        scope.credentials() instanceof Credentials.None
            ? "needs a login, or has no such image (%s); name one in pullSecrets, or use docker login"
            : "does not accept the login of " + scope.credentials().who() + " (%s); renew it";
    return new Refusal(
        Reason.ImageUnauthorized,
        "%s: registry %s %s".formatted(subject(), reference.registry(), advice.formatted(why)),
        cause);
  }

  Refusal unreachable(IOException e) {
    String host = reference.registry();
    Throwable cause = e;
    if (e instanceof RegistryHttp.Unanswered unanswered) {
      cause = unanswered.getCause();
      host = unanswered.from.getRawAuthority();
    }
    boolean isRegistry = host.equals(reference.registry());
    return new Refusal(
        Reason.RegistryUnreachable,
        "%s: registry %s%s cannot be reached: %s"
            .formatted(
                subject(),
                reference.registry(),
                isRegistry ? "" : " refers to " + host + ", which",
                inWords(cause, isRegistry)),
        e);
  }

  private Refusal notFound(Answer answer, String path) {
    String what;
    if (scope.isPush()) {
      what = "the registry does not take it (" + inWords(answer) + "); create the repository there";
    } else if (path.startsWith("blobs/")) {
      what = path.substring("blobs/".length()) + ", a part of it, is not in the registry; push it";
    } else {
      String qualifier = reference.digest().isPresent() ? "digest" : "tag";
      what = "not found in the registry; check repository and " + qualifier;
    }
    return new Refusal(Reason.ImageNotFound, subject() + ": " + what);
  }

  /** The status, and the registry's own words where it has some. */
  private static String inWords(Answer answer) {
    String words = answer.status() == 429 ? "too many requests" : "";
    try {
      words = Json.read(answer.body()).at("/errors/0/message").asText(words);
    } catch (IOException e) {
      // A proxy's page, not a registry's error: the status has to say it.
    }
    String line = words.replaceAll("\\p{Cntrl}+", " ").strip();
    String quote = line.substring(0, Math.min(LONGEST_QUOTE, line.length()));
    return answer.status() + (quote.isEmpty() ? "" : ": " + quote);
  }

  private String inWords(Throwable e, boolean isRegistry) {
    if (e instanceof SSLException tls) {
      return inWords(tls, isRegistry);
    }
    return NoConnection.inWords(e)
        .orElseGet(() -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
  }

  private String inWords(SSLException tls, boolean isRegistry) {
    if (!String.valueOf(tls.getMessage()).contains("plaintext")) {
      return "TLS: " + tls.getMessage();
    }
    // Plain http to the registry would not help with another host, and show its logins to all.
    return isRegistry
        ? "it speaks no TLS, and plain http has to be allowed: by SKEP_PULL_INSECURE_REGISTRIES=%s"
                .formatted(reference.registry())
            + " of the operator (docs/install.md), or --plain-http %s on a command line"
                .formatted(reference.registry())
        : "it speaks no TLS";
  }
}
