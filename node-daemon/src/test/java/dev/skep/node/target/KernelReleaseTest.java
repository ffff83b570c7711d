package dev.skep.node.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelReleaseTest {
  @ParameterizedTest(name = "{0} before {1}: {2}")
  @DisplayName("Releases are numbers, not text")
  @CsvSource({
    "6.1.0-56-cloud-amd64, 6.10, true",
    "6.12.117+deb12-cloud-amd64, 6.10, false",
    "6.10.0, 6.10, false",
    "7.2.13+deb14-cloud-amd64, 6.18, false",
    "5.15-rc1, 6.1, true",
    "10.0, 9.9, false",
    "7, 7.1, true",
    "unknown, 5.4, true"
  })
  void order(String release, String other, boolean before) {
    assertThat(KernelRelease.parse(release).isBefore(other)).isEqualTo(before);
  }
}
