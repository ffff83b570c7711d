package dev.skep.operator.certificate;

import dev.skep.operator.config.OperatorSettings;
import io.fabric8.kubernetes.api.model.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the mirror's certificate. Every operator does, leader or not: each writes only what
 * nobody wrote since it read, so that of two that begin at once one wins and both show the same.
 */
@ApplicationScoped
public class MirrorCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorCertificate.class);

  private final TlsObjects objects;
  private final Lives lives;
  private final List<String> names;
  private final InstantSource clock;

  /** What a look found. */
  public sealed interface Found {
    /**
     * Something to show.
     *
     * @param trouble why daemons may not trust it; empty when they do
     */
    record Here(KeyMaterial material, String trouble) implements Found {}

    /** Nothing yet, and why. */
    record Missing(String why) implements Found {}
  }

  MirrorCertificate(TlsObjects objects, OperatorSettings settings, InstantSource clock) {
    this.objects = objects;
    OperatorSettings.Certificate certificate = settings.mirror().certificate();
    this.lives = new Lives(certificate.life(), certificate.authorityLife(), certificate.overlap());
    this.names = names(settings.namespace(), certificate.names().orElse(List.of()));
    this.clock = clock;
  }

  /** Every name by which a pod can call the Service; the shortest is the certificate's subject. */
  private static List<String> names(String namespace, List<String> further) {
    String service = "skep-operator";
    List<String> names =
        new ArrayList<>(
            List.of(
                service,
                service + "." + namespace,
                service + "." + namespace + ".svc",
                service + "." + namespace + ".svc.cluster.local"));
    names.addAll(further);
    return names;
  }

  /** Makes what is missing or due, tells daemons whom to trust, and says what to show. */
  public Found look() {
    Optional<Secret> found = objects.secret();
    if (found.isEmpty()) {
      return new Found.Missing(
          "there is no Secret %s: apply the install's manifests, or let cert-manager make it"
              .formatted(objects.name(TlsObjects.SECRET)));
    }
    KeyMaterial material = TlsObjects.material(found.get());
    Instant now = clock.instant();
    Renewal step = Renewal.of(material, lives, now);
    if (step != Renewal.KEEP) {
      KeyMaterial next = made(step, material, names, lives, now);
      if (!objects.write(found.get(), next)) {
        LOG.info("the mirror's certificate was written by another operator meanwhile");
        return look();
      }
      LOG.info("mirror certificate: {}, now until {}", words(step), end(next));
      material = next;
    }
    if (!material.isComplete()) {
      return new Found.Missing(
          "Secret %s holds no certificate with its key in tls.crt and tls.key"
              .formatted(objects.name(TlsObjects.SECRET)));
    }
    return new Found.Here(material, tell(material, now));
  }

  static KeyMaterial made(
      Renewal step, KeyMaterial found, List<String> names, Lives lives, Instant now) {
    return switch (step) {
      case KEEP -> found;
      case BEGIN -> {
        Signed authority = Issuer.authority(lives.authority(), now);
        yield new KeyMaterial("", "", "", "")
            .withAuthority(authority)
            .withServer(Issuer.server(names, authority, lives.server(), now));
      }
      case AUTHORITY -> found.withAuthority(Issuer.authority(lives.authority(), now));
      case SERVER ->
          found.withServer(
              Issuer.server(names, found.authority().orElseThrow(), lives.server(), now));
      case FORGET -> found.withoutOldAuthorities();
    };
  }

  private static String words(Renewal step) {
    return switch (step) {
      case KEEP -> "kept";
      case BEGIN -> "made, with an authority of its own";
      case AUTHORITY -> "a new authority is trusted from now on";
      case SERVER -> "renewed";
      case FORGET -> "the old authority is no longer trusted";
    };
  }

  private static Object end(KeyMaterial material) {
    return material.shown().map(X509Certificate::getNotAfter).<Object>map(e -> e.toInstant()).get();
  }

  /** What is wrong with what daemons are told. */
  private String tell(KeyMaterial material, Instant now) {
    Optional<String> told = objects.told();
    if (told.isEmpty()) {
      return "there is no ConfigMap %s: daemons are not told whom to trust; apply the install's manifests"
          .formatted(objects.name(TlsObjects.CONFIG_MAP));
    }
    String next = Trust.told(material, told.get(), lives, now);
    if (!next.equals(told.get())) {
      objects.tell(next);
      LOG.info("daemons are told whom to trust, in ConfigMap {}", TlsObjects.CONFIG_MAP);
    }
    return Trust.isTrusted(material, next)
        ? ""
        : "the certificate in Secret %s is of no authority in ConfigMap %s, so daemons do not trust the mirror: put its authority's certificate into ca.crt of the Secret or, where its issuer writes none there, of the ConfigMap"
            .formatted(objects.name(TlsObjects.SECRET), objects.name(TlsObjects.CONFIG_MAP));
  }
}
