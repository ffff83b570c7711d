package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Refusal;
import dev.skep.node.libbpf.NativeError;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A hook whose attachments no link stands for: the kernel keeps them, with or without us, until
 * they are detached. What names one later (a filter's handle, say) is kept in the journal.
 */
public sealed interface KeptHook extends HookType
    permits ClsactHook, RegisteredTableHook, SockmapHook, SyscallHook, XdpHook {

  /**
   * Attaches a loaded program.
   *
   * @return what names the attachment later, to this hook alone; not empty
   * @throws Refusal when the hook knows what is wrong
   * @throws NativeError when it does not
   */
  String attach(LoadedProgram program);

  /**
   * What is recorded before it is attached, where attaching a second time does harm: a daemon that
   * dies in between has attached it at most once. What {@link #attach} returns is not kept then.
   */
  default Optional<String> keptBefore() {
    return Optional.empty();
  }

  /**
   * The program that is attached there now, by the kernel's id of it; empty when none is.
   *
   * @param kept what {@link #attach} returned
   * @param program the program that was attached, and the maps of its load
   */
  OptionalInt attached(String kept, LoadedProgram program);

  /**
   * The kernel links through which it is attached all the same, for users to look at; none for
   * most.
   */
  default List<Integer> links(String kept, LoadedProgram program) {
    return List.of();
  }

  /** Lets another program take the place of the one attached, where that is possible in place. */
  default void replace(String kept, LoadedProgram by) {
    throw new IllegalStateException("attachments of " + this + " are not replaced in place");
  }

  /** The same, for hooks that have to be told which one it was. */
  default void replace(String kept, LoadedProgram old, LoadedProgram by) {
    replace(kept, by);
  }

  /** Ends the attachment; one that is gone already is no error. */
  void detach(String kept, LoadedProgram program);
}
