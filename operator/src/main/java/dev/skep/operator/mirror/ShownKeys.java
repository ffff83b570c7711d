package dev.skep.operator.mirror;

import dev.skep.operator.certificate.KeyPairs;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * The certificate and key of handshakes that begin now. Changed under a listening server: Vert.x'
 * own way (updateSSLOptions, 4.5.25) drops the connections that come while it works.
 */
final class ShownKeys extends X509ExtendedKeyManager {
  private record Pair(X509Certificate[] chain, PrivateKey key) {}

  /** By number: a handshake asks for key and chain one after the other, and they must fit. */
  private final Map<String, Pair> pairs = new ConcurrentHashMap<>();

  private final AtomicLong newest = new AtomicLong();

  /**
   * Shows the only pair of another manager from now on.
   *
   * @throws IllegalArgumentException when it is of no use; what is shown stays as it is
   */
  void show(X509KeyManager manager) {
    String alias =
        Stream.of("EC", "RSA")
            .map(type -> manager.getServerAliases(type, null))
            .filter(aliases -> aliases != null && aliases.length > 0)
            .map(aliases -> aliases[0])
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("neither an EC nor an RSA key"));
    Pair pair = new Pair(manager.getCertificateChain(alias), manager.getPrivateKey(alias));
    // Whoever writes one file after the other has shown us what is between.
    if (!KeyPairs.belongTogether(pair.chain()[0].getPublicKey(), pair.key())) {
      throw new IllegalArgumentException("tls.key is not the key of tls.crt's first certificate");
    }
    long next = newest.get() + 1;
    pairs.put(Long.toString(next), pair);
    newest.set(next);
    // The one before may be in use by a handshake that has just begun.
    pairs.remove(Long.toString(next - 2));
  }

  @Override
  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    String alias = Long.toString(newest.get());
    Pair pair = pairs.get(alias);
    return pair != null && pair.key().getAlgorithm().equals(type) ? alias : null;
  }

  @Override
  public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return chooseEngineServerAlias(type, issuers, null);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    Pair pair = pairs.get(alias);
    return pair == null ? null : pair.chain().clone();
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    Pair pair = pairs.get(alias);
    return pair == null ? null : pair.key();
  }

  @Override
  public String[] getServerAliases(String type, Principal[] issuers) {
    return pairs.keySet().toArray(new String[0]);
  }

  @Override
  public String[] getClientAliases(String type, Principal[] issuers) {
    return new String[0];
  }

  @Override
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    return null;
  }
}
