package dev.skep.node.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.Reason;
import dev.skep.node.libbpf.Errno;
import dev.skep.node.target.Capabilities;
import dev.skep.node.target.Capability;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DispatcherObjectTest {
  private static final Capabilities ALL = new Capabilities(Set.of(Capability.values()));
  private static final Capabilities USUAL =
      new Capabilities(Set.of(Capability.BPF, Capability.PERFMON, Capability.NET_ADMIN));

  @Test
  @DisplayName("programs that a capability keeps from sharing are Incompatible, with what gives it")
  void notGiven() {
    Failure failure = DispatcherObject.refused(Errno.EPERM, USUAL);
    assertThat(failure.reason()).isEqualTo(Reason.Incompatible);
    assertThat(failure.message())
        .isEqualTo(
            "to put one in the place of another's function needs CAP_SYS_ADMIN, which this daemon"
                + " was not given: Helm value daemon.capabilities.sysAdmin, or"
                + " securityContext.capabilities.add");
  }

  @Test
  @DisplayName("what no capability would help is InterfaceBusy: the other may leave")
  void helpless() {
    assertThat(DispatcherObject.refused(Errno.EPERM, ALL))
        .isEqualTo(
            Failure.of(Reason.InterfaceBusy, "the platform refuses freplace programs (EPERM)"));
    assertThat(DispatcherObject.refused(Errno.EINVAL, USUAL))
        .satisfies(f -> assertThat(f.reason()).isEqualTo(Reason.InterfaceBusy))
        .satisfies(f -> assertThat(f.message()).contains("this kernel", "(EINVAL)"));
  }
}
