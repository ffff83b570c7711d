package dev.skep.node.hook;

import dev.skep.api.v1alpha1.Reason;
import dev.skep.api.v1alpha1.Refusal;

/** Programs typed by BTF are loaded for one target, the one their section names. */
final class LoadedFor {
  private LoadedFor() {}

  static void require(String field, String wanted, String section) {
    String loaded = section.substring(section.indexOf('/') + 1);
    if (!loaded.equals(wanted)) {
      throw new Refusal(
          Reason.WrongAttachType,
          field
              + " "
              + wanted
              + ": SEC(\""
              + section
              + "\") is typed by its target, so it attaches to "
              + loaded
              + " only");
    }
  }
}
