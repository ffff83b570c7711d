package dev.skep.node.kernel;

import dev.skep.api.v1alpha1.Attach;
import dev.skep.api.v1alpha1.BpfNodeStatus.KernelFacts;
import dev.skep.api.v1alpha1.BpfRevisionSpec.RevisionProgram;
import dev.skep.api.v1alpha1.Failure;
import dev.skep.api.v1alpha1.MapOverride;
import dev.skep.api.v1alpha1.Refusal;
import dev.skep.api.v1alpha1.hook.Hook;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/**
 * What Skep asks of a kernel, in Skep's words. Every method throws {@link Refusal} with a typed
 * failure when the kernel says no. Thread-safe; calls for different programs run side by side.
 */
public interface Kernel extends AutoCloseable {

  /** What this kernel is and can do; probed once. */
  KernelFacts facts();

  /**
   * What this kernel has not that a function asks for, as far as it can be told before loading; of
   * reason Incompatible.
   */
  Optional<Failure> lacking(RevisionProgram program);

  /** Everything that stands under our pins, read from the kernel and not from memory. */
  List<ObservedLoad> observe();

  /** One load as the kernel shows it now; empty when nothing of it is pinned. */
  Optional<ObservedLoad> observe(LoadKey key);

  /**
   * Opens the object, sets its globals, takes over the maps of {@code reuse}, loads it and pins its
   * programs and maps. All or nothing: a failed load leaves no pin.
   *
   * <p>A load in which an earlier process died is refused with {@code LoaderCrashed} and not tried
   * again by the same daemon version on the same kernel release; the journal beside the pins tells.
   */
  ObservedLoad load(LoadRequest request);

  /**
   * What an attachment means on this node now: patterns and selectors become the targets that they
   * match. Cheap enough to be asked at each change of targets.
   *
   * @param namespace of the BpfProgram, whose own pods are meant where no namespace is named
   */
  Expansion expand(String namespace, String function, Attach attach);

  /**
   * Tells of targets that come and go, soon after they do: whatever depends on them is to be looked
   * at again. The listener is called by a thread of the kernel's, one call at a time.
   */
  void onTargetsChanged(Runnable listener);

  /**
   * Why the target of this link is not there, or empty when it is. Looks only whether it exists,
   * cheap enough to be asked every second.
   */
  Optional<Failure> missing(WantedLink link);

  /** Attaches one program to one target, and pins it. All or nothing. */
  ObservedLink attach(LoadKey key, WantedLink link);

  /** Whether a link of this hook can change its program in place. */
  boolean replacesInPlace(Hook hook);

  /**
   * Changes the program of an existing link to the wanted function of {@code to}, and moves the
   * link's pin there. No event is missed.
   *
   * @param wanted on the same target; what of its options can change in place, does
   */
  ObservedLink replace(ObservedLink link, LoadKey to, WantedLink wanted);

  /** Takes one link away: its pin and so its attachment. */
  void detach(ObservedLink link);

  /** Removes the pins of a load that has no links any more, and with them its programs and maps. */
  void unload(LoadKey key);

  /** Run statistics of each function of a load; empty when the kernel keeps none. */
  Map<String, RunStatistics> statistics(LoadKey key);

  /**
   * Every entry of a map, key and value as raw bytes (the values of all possible CPUs in a row,
   * each padded to 8 bytes, for a per-CPU map). Buffers are valid only during the call.
   */
  void readMap(LoadKey key, String map, int maxEntries, BiConsumer<byte[], byte[]> entry);

  /**
   * The kernel's id of the map that an override shares: its owner's, or when the owner is gone the
   * one that this program shared before; empty when it is not there.
   *
   * @param key a load of the sharing program; of its load, only what the revision says counts
   */
  OptionalInt sharedMap(LoadKey key, MapOverride map);

  /**
   * Which maps of a load do not hold what is declared for them, or still hold what an earlier call
   * of {@link #fill} put there and is not declared any more. What programs put there is not looked
   * at. Cheap enough to be asked twice a minute.
   *
   * @return their names; none when all is as declared
   */
  List<String> unfilled(LoadKey key, List<DeclaredMap> declared);

  /**
   * Brings the maps of a load to what is declared for them.
   *
   * @throws Refusal MapFull, with numbers
   */
  void fill(LoadKey key, List<DeclaredMap> declared);

  /**
   * Lets an attached iterator walk.
   *
   * @param limit bytes to read at most; what is beyond is not walked to
   * @return what its program printed
   */
  byte[] walk(ObservedLink iterator, int limit);

  @Override
  void close();
}
