/**
 * The kernel as Skep speaks of it. {@link dev.skep.node.kernel.Kernel} is the door; {@link
 * dev.skep.node.kernel.LinuxKernel} asks the running one, {@link
 * dev.skep.node.kernel.SimulatedKernel} keeps its rules in memory.
 *
 * <p>What is loaded and attached is read from pins, never from memory:
 *
 * <pre>
 * /sys/fs/bpf/skep/NAMESPACE/NAME/LOAD/programs/FUNCTION
 *                                     /maps/MAP            a dot in a name is an underscore
 *                                     /links/FUNCTION-N    one for each kernel link
 * </pre>
 *
 * <p>What a pin cannot say stands in the {@link dev.skep.node.kernel.Journal}: which hook and
 * target a link was made for, in which network namespace, and which load is under way. It is
 * written before the kernel is asked, so that a process may be killed at any step:
 *
 * <table>
 *   <caption>What the next start finds</caption>
 *   <tr><th>killed</th><th>left behind</th><th>then</th></tr>
 *   <tr><td>in the load itself</td><td>a mark</td><td>that load is refused: LoaderCrashed</td></tr>
 *   <tr><td>told to end, in a load</td><td>nothing</td><td>that load is tried again</td></tr>
 *   <tr><td>while pinning</td><td>a folder LOAD~</td><td>removed</td></tr>
 *   <tr><td>while attaching</td><td>a record without a pin</td><td>dropped; the link is gone</td></tr>
 *   <tr><td>while replacing</td><td>a link that runs the new load, pinned in the old</td><td>its pin
 *   is moved</td></tr>
 *   <tr><td>while detaching</td><td>a link or its record</td><td>planned again</td></tr>
 * </table>
 */
package dev.skep.node.kernel;
