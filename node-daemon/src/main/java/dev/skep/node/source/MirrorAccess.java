package dev.skep.node.source;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the operator's mirror.
 *
 * @param address e.g. {@code https://skep-operator.skep-system.svc:8443}
 * @param authorities file of the certificates to trust, in PEM, read again whenever it changed;
 *     empty: those the JDK trusts
 * @param authoritiesConfigMap name of a ConfigMap of the installation that says the same while the
 *     file says nothing; empty: there is none
 * @param token file of the token to show, read for each request; empty: none is shown
 */
public record MirrorAccess(
    URI address,
    Optional<Path> authorities,
    Optional<String> authoritiesConfigMap,
    Optional<Path> token) {
  /** Without trust and tokens of its own, as on one machine. */
  public static MirrorAccess plain(URI address) {
    return new MirrorAccess(address, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
