package dev.skep.node.dispatch;

import dev.skep.node.libbpf.Fd;
import java.util.Optional;

/** Opens what the loads of members keep pinned; the caller closes it. */
public interface ProgramPins {
  /** The program as it runs alone; empty when its load is gone. */
  Optional<Fd> program(Member member);

  /** The program as it is put into a dispatcher; empty when it was not loaded as that. */
  Optional<Fd> extension(Member member);
}
