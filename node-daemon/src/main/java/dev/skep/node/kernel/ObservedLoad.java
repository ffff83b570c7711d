package dev.skep.node.kernel;

import java.util.List;
import java.util.Map;

/**
 * One load as the kernel shows it.
 *
 * @param key which one
 * @param programs the kernel's program id by function
 * @param maps its maps, by the object's name for them
 * @param links its attachments
 * @param emptied maps that began empty with it though an older load had one of the name, and why
 */
public record ObservedLoad(
    LoadKey key,
    Map<String, Integer> programs,
    List<ObservedMap> maps,
    List<ObservedLink> links,
    Map<String, String> emptied) {

  public ObservedLoad(
      LoadKey key,
      Map<String, Integer> programs,
      List<ObservedMap> maps,
      List<ObservedLink> links) {
    this(key, programs, maps, links, Map.of());
  }

  /**
   * One map in the kernel.
   *
   * @param name in the object
   * @param id the kernel's
   * @param type the kernel's name: hash, array, …
   * @param keySize bytes
   * @param valueSize bytes
   * @param maxEntries entries it can hold
   * @param bytes kernel memory, from fdinfo's memlock
   */
  public record ObservedMap(
      String name, int id, String type, int keySize, int valueSize, long maxEntries, long bytes) {}
}
