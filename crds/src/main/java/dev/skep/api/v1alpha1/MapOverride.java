package dev.skep.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What to change in one map of the object, what to put into it, and with whom to share it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.sharedFrom) || !has(self.maxEntries)",
    message = "a shared map has the size its owner gave it: leave out maxEntries or sharedFrom")
@ValidationRule(
    value =
        "has(self.maxEntries) || has(self.sharedFrom)"
            + " || (has(self.entries) && size(self.entries) > 0)"
            + " || (has(self.entriesFrom) && size(self.entriesFrom) > 0)",
    message = "says nothing: write maxEntries, entries, entriesFrom or sharedFrom")
public record MapOverride(
    @Required @JsonPropertyDescription("The map's name in the object.") String name,
    @Min(1)
        @Max(16777216)
        @JsonPropertyDescription(
            "Entries the map can hold (bytes for a ring buffer: a power of two, at least a page)."
                + " Default: as in the object. A change makes a new, empty map; see"
                + " spec.onIncompatibleMap.")
        Integer maxEntries,
    @JsonPropertyDescription(
            "Entries that the map shall have, kept so: one that is changed or removed in the kernel"
                + " is put right, one that is no longer declared is removed, and what the programs"
                + " put there themselves is left alone. A change reloads nothing. At most 10000;"
                + " more fit into ConfigMaps. A key or value is 4 MiB at most; all entries of a"
                + " program are 64 MiB of keys and values at most. Default: none.")
        @Size(max = 10000)
        List<MapEntry> entries,
    @JsonPropertyDescription(
            "Further entries, from keys of ConfigMaps; what a later one says of a key that an"
                + " earlier one has too is an error. At most 16. All entries of a program"
                + " may be 1 MiB of JSON together, and 64 MiB of keys and values. Default: none.")
        @Size(max = 16)
        List<EntriesSource> entriesFrom,
    @JsonPropertyDescription(
            "Use a map that is there already instead of making one; it must have the type, key and"
                + " value sizes of the object's. Default: a map of its own.")
        SharedMap sharedFrom) {

  public MapOverride {
    entries = entries == null ? List.of() : List.copyOf(entries);
    entriesFrom = entriesFrom == null ? List.of() : List.copyOf(entriesFrom);
  }

  /** A map of another size, with nothing in it. */
  public static MapOverride ofSize(String name, int maxEntries) {
    return new MapOverride(name, maxEntries, null, null, null);
  }

  /** A map of the object's size, with these entries in it. */
  public static MapOverride ofEntries(String name, List<MapEntry> entries) {
    return new MapOverride(name, null, entries, null, null);
  }

  /** The same with other entries. */
  public MapOverride with(List<MapEntry> entries, List<EntriesSource> entriesFrom) {
    return new MapOverride(name, maxEntries, entries, entriesFrom, sharedFrom);
  }

  /** A key of a ConfigMap that holds entries. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record EntriesSource(
      @Required
          @JsonPropertyDescription(
              "A ConfigMap of the same namespace. Its key holds YAML or JSON: a list of {key,"
                  + " value}, or, where keys are numbers or text, an object whose fields are the"
                  + " keys: 10.0.0.0/8: 1.")
          ConfigMapKey configMap,
      @JsonPropertyDescription("How many entries it held; written by the operator.")
          Integer count) {}

  /** A key of a ConfigMap. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ConfigMapKey(
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("The ConfigMap's name.")
          String name,
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("The key in its data.")
          String key) {}

  /** A map of somebody else's: of another program, or pinned on the node. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "has(self.pinned) ? !has(self.program) && !has(self.map) : has(self.program)",
      message = "name either a program of this namespace (and its map), or a pinned map")
  public record SharedMap(
      @JsonPropertyDescription(
              "A BpfProgram of the same namespace. Until it is loaded on a node this program waits"
                  + " there; when it goes, the map stays.")
          String program,
      @JsonPropertyDescription("Its map. Default: the one of the same name.") String map,
      @Size(max = 128)
          @JsonPropertyDescription(
              "A map pinned by the node's administrator as /sys/fs/bpf/skep-shared/NAME (beside"
                  + " the daemon's own pins): letters, digits, _ and -.")
          String pinned) {}
}
