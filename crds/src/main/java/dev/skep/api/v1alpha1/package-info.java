/**
 * The resources of Skep, as the API server stores them.
 *
 * <p>{@link BpfProgram} is what users write, {@link BpfRevision} the immutable outcome of resolving
 * and inspecting one, {@link BpfNode} what one node shall run and what it does run. {@link Reason}
 * is the closed list of causes that any of them names.
 */
package dev.skep.api.v1alpha1;
