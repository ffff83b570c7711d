package dev.skep.node.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which programs share an interface, and in which order. */
class MembersTest {
  private static final int PASS = 1 << 2;

  private static Member member(String program, String load, int priority) {
    return new Member(program, load, "count", priority, PASS, false);
  }

  @Test
  @DisplayName("They run by priority; of the same, by namespace, name and function")
  void order() {
    List<Member> ordered =
        List.of(
            member("b/z", "l", 1),
            member("a/a", "l", 50),
            member("a/b", "l", 50),
            new Member("a/b", "l", "drop", 50, PASS, false),
            member("b/a", "l", 50),
            member("a/a2", "l", 1000));
    for (int seed = 0; seed < 20; seed++) {
      List<Member> shuffled = new ArrayList<>(ordered);
      Collections.shuffle(shuffled, new Random(seed));
      Members members = Members.NONE;
      for (Member member : shuffled) {
        members = members.with(member);
      }
      assertThat(members.list()).isEqualTo(ordered);
    }
  }

  @Test
  @DisplayName("Another load of the same function takes its place, in its own order")
  void replacement() {
    Members before = Members.NONE.with(member("a/a", "old", 10)).with(member("a/b", "l", 20));
    Members after = before.with(member("a/a", "new", 30));
    assertThat(after.list()).containsExactly(member("a/b", "l", 20), member("a/a", "new", 30));
    assertThat(after.without(member("a/a", "old", 10)).list())
        .containsExactly(member("a/b", "l", 20));
  }

  @Test
  @DisplayName("Two functions of one program are two members")
  void functions() {
    Member other = new Member("a/a", "l", "drop", 50, PASS, false);
    Members both = Members.NONE.with(member("a/a", "l", 50)).with(other);
    assertThat(both.list()).hasSize(2);
    assertThat(both.without(other).list()).containsExactly(member("a/a", "l", 50));
  }

  @Test
  @DisplayName("The answer of the last one is the packet's fate, as it is of one alone")
  void last() {
    DispatcherConfig config =
        Members.NONE.with(member("a/a", "l", 1)).with(member("a/b", "l", 2)).config();
    assertThat(config.slots())
        .containsExactly(
            new DispatcherConfig.Slot(PASS, 1, false), new DispatcherConfig.Slot(0, 2, false));
  }

  @Test
  @DisplayName("The eleventh is refused, in words that name the interface")
  void room() {
    Members members = Members.NONE;
    for (int i = 0; i < 10; i++) {
      members = members.with(member("a/p" + i, "l", i));
    }
    members.requireRoom("interface eth0");
    Members eleven = members.with(member("a/one-more", "l", 0));
    Refusal refused =
        catchThrowableOfType(Refusal.class, () -> eleven.requireRoom("interface eth0"));
    assertThat(refused.failure().reason()).isEqualTo(Reason.InterfaceBusy);
    assertThat(refused).hasMessageContaining("interface eth0 runs 10 XDP programs already");
  }

  @Test
  @DisplayName("What is written beside the pins is read back; other text is not")
  void text() {
    for (Member member :
        List.of(
            member("skep-system/tcp.rtt", "0123abcd", 0),
            new Member("a/b", "l", "f", 1000, 0x1f, true))) {
      assertThat(Member.read(member.text())).contains(member);
    }
    for (String foreign : List.of("", "50", "x 0x4 linear a/b/c/d", "50 0x4 linear a/b/c")) {
      assertThat(Member.read(foreign)).isEmpty();
    }
  }
}
