/**
 * The pods of this node: who they are, from the API server or, without one, from the container
 * runtime's files; and what stands for them in the kernel, control groups and network namespaces.
 */
package dev.skep.node.pod;
