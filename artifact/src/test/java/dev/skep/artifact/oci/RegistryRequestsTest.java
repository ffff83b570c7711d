package dev.skep.artifact.oci;

import static dev.skep.artifact.oci.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An honest registry is asked for no more than is needed")
class RegistryRequestsTest extends WithRegistry {
  @Test
  void anHonestOneIsPulledFrom() {
    assertThat(pull().object()).isEqualTo(ELF);
  }

  @Test
  void resolvingATagIsOneRequest() {
    assertThat(registry.resolve(reference(), Credentials.none())).isEqualTo(Digest.of(manifest));
    assertThat(requests).containsExactly("HEAD /v2/x/y/manifests/v1");
  }

  @Test
  void resolvingADigestAsksWhetherItMayBeHad() {
    var byDigest =
        ImageReference.parse(
            reference().registry() + "/" + reference().repository() + "@" + Digest.of(manifest));

    assertThat(registry.resolve(byDigest, Credentials.none())).isEqualTo(Digest.of(manifest));
    assertThat(requests).containsExactly("HEAD /v2/x/y/manifests/" + Digest.of(manifest));

    behaviour = exchange -> send(exchange, 401, new byte[0]);
    assertRefused(
        () -> registry.resolve(byDigest, Credentials.none()), Reason.ImageUnauthorized, "login");
  }

  @Test
  void aRegistryThatDoesNotNameTheDigestIsReadFor() {
    behaviour =
        exchange ->
            exchange.getRequestURI().getPath().contains("/manifests/")
                && send(exchange, 200, manifest);

    assertThat(registry.resolve(reference(), Credentials.none())).isEqualTo(Digest.of(manifest));
  }

  @Test
  void onlyLoopbackAndAllowedHostsAreSpokenToWithoutTls() {
    var settings = RegistrySettings.defaults().withInsecure(java.util.Set.of("r.lan:5000"));

    assertThat(settings.isPlain("localhost:5000")).isTrue();
    assertThat(settings.isPlain("127.0.0.1")).isTrue();
    assertThat(settings.isPlain("r.lan:5000")).isTrue();
    assertThat(settings.isPlain("r.lan")).isFalse();
    assertThat(settings.isPlain("127.0.0.1.example.com")).isFalse();
    assertThat(settings.isPlain("localhost.example.com:5000")).isFalse();
  }

  @Test
  void itsThreadsDoNotKeepTheProcessAlive() {
    pull();

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("HttpClient"))
        .isNotEmpty()
        .allMatch(Thread::isDaemon);
  }
}
