package dev.skep.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;

class SharedTest {
  private static int started;

  private final Fixture fixture;

  private record Fixture(int number) {
    static Fixture start() {
      return new Fixture(++started);
    }
  }

  SharedTest(@Shared Fixture fixture) {
    this.fixture = fixture;
  }

  @RepeatedTest(2)
  @DisplayName("every test is given the same one")
  void once(@Shared Fixture again) {
    assertThat(again).isSameAs(fixture);
    assertThat(fixture.number()).isEqualTo(1);
  }
}
