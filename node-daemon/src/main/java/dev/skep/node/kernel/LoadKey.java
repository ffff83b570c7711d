package dev.skep.node.kernel;

/**
 * One load of one program: the folder of its pins below /sys/fs/bpf/skep.
 *
 * @param namespace of the BpfProgram
 * @param name of the BpfProgram
 * @param load the revision's load hash
 */
public record LoadKey(String namespace, String name, String load) {
  /** namespace/name, as users write it. */
  public String program() {
    return namespace + "/" + name;
  }

  /** As logs and messages name it. */
  @Override
  public String toString() {
    return program() + "@" + load;
  }
}
