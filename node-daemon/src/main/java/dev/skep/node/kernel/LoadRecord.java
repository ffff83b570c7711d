package dev.skep.node.kernel;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.skep.api.v1alpha1.hook.Hook;
import dev.skep.node.hook.FunctionTable;
import dev.skep.node.target.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the journal keeps of one load: what no kernel tells of a pin.
 *
 * @param key which load
 * @param sections the ELF section of each function
 * @param links its attachments
 * @param tables its tables of functions, as this kernel lays them out
 * @param variables of each section of global variables, a hash of what lies where: the kernel knows
 *     its size only
 * @param emptied maps that began empty though an older load had one of the name, and why
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
record LoadRecord(
    LoadKey key,
    Map<String, String> sections,
    List<LinkRecord> links,
    Map<String, FunctionTable> tables,
    Map<String, String> variables,
    Map<String, String> emptied) {
  LoadRecord {
    sections = sections == null ? Map.of() : Map.copyOf(sections);
    // One of a hook that only a newer version has is as good as none: its pins are seen.
    links = links == null ? List.of() : links.stream().filter(LinkRecord::hasKnownHook).toList();
    tables = tables == null ? Map.of() : Map.copyOf(tables);
    variables = variables == null ? Map.of() : Map.copyOf(variables);
    emptied = emptied == null ? Map.of() : Map.copyOf(emptied);
  }

  LoadRecord(LoadKey key, Map<String, String> sections, List<LinkRecord> links) {
    this(key, sections, links, Map.of(), Map.of(), Map.of());
  }

  /**
   * One attachment.
   *
   * @param function ELF symbol
   * @param hook where, as in {@link WantedLink}
   * @param target as in {@link WantedLink}
   * @param network the network namespace that its target is in
   * @param pins names of its pins, one for each kernel link; none where the kernel keeps it
   * @param kept what names an attachment that the kernel keeps without a link, or null
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  record LinkRecord(
      String function,
      @JsonProperty("attach")
          @JsonSerialize(using = HookJson.Writer.class)
          @JsonDeserialize(converter = HookJson.Reader.class)
          Hook hook,
      String target,
      Network network,
      List<String> pins,
      String kept) {
    LinkRecord {
      network = network == null ? Network.own() : network;
      pins = pins == null ? List.of() : List.copyOf(pins);
    }

    private boolean hasKnownHook() {
      return hook != null;
    }

    /** A load has no two that stand of one function and target. */
    boolean isOf(String function, String target) {
      return this.function.equals(function) && this.target.equals(target);
    }

    /**
     * Whether none of its pins is left. One that the kernel keeps without a link has none:
     * observing it says whether it stands.
     */
    boolean isGone(List<String> present) {
      return kept == null && pins.stream().noneMatch(present::contains);
    }
  }

  LoadRecord with(LinkRecord link) {
    List<LinkRecord> more = new ArrayList<>(links);
    more.add(link);
    return of(more);
  }

  LoadRecord without(LinkRecord link) {
    return of(links.stream().filter(l -> !l.equals(link)).toList());
  }

  private LoadRecord of(List<LinkRecord> others) {
    return new LoadRecord(key, sections, others, tables, variables, emptied);
  }
}
