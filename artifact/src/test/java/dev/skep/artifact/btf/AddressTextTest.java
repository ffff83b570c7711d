package dev.skep.artifact.btf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7", "0.0.0.0", "255.255.255.255"})
  @DisplayName("an IPv4 address is written as it is read")
  void ipv4(String text) {
    assertThat(AddressText.of(AddressText.ipv4(text).orElseThrow())).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"::", "::1", "2001:db8::1", "fe80::", "1:2:3:4:5:6:7:8", "2001:db8:0:1:1:1:1:1"})
  @DisplayName("an IPv6 address is written as it is read")
  void ipv6(String text) {
    assertThat(AddressText.of(AddressText.ipv6(text).orElseThrow())).isEqualTo(text);
  }
}
