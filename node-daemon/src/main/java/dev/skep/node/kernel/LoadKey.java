package dev.skep.node.kernel;

/**
 * One load of one program: the folder of its pins below /sys/fs/bpf/skep.
 *
 * @param namespace of the BpfProgram
 * @param name of the BpfProgram
 * @param load the revision's load hash; where this node's own values are part of it, a dash and
 *     their hash follow
 */
public record LoadKey(String namespace, String name, String load) {
  /** namespace/name, as users write it. */
  public String program() {
    return namespace + "/" + name;
  }

  /** The revision's load hash, without what this node adds: its own values, the maps it shares. */
  public String base() {
    int dash = load.indexOf('-');
    return dash < 0 ? load : load.substring(0, dash);
  }

  /** Whether it is a load of this hash, with whatever values of the node. */
  public boolean isOf(String base) {
    return base().equals(base);
  }

  /** As logs and messages name it. */
  @Override
  public String toString() {
    return program() + "@" + load;
  }
}
