/**
 * Several XDP programs on one interface. {@link dev.skep.node.dispatch.XdpInterfaces} is the door.
 *
 * <p>One program alone is what the interface's kernel link runs. From two on the link runs a
 * dispatcher: a program of ours whose ten slots are functions that the kernel lets others take the
 * place of (freplace). So that a program can be put into a slot at any time it is loaded twice: as
 * it is, and as a replacement of a slot of a template.
 *
 * <p>Each change makes a new dispatcher aside, fills it with the members it shall have, and turns
 * the interface's link over to it: one step, which no packet sees. Killed at any point, the
 * interface runs the old members or the new ones, and what is left over is removed later:
 *
 * <table>
 *   <caption>What is found then</caption>
 *   <tr><th>killed</th><th>left behind</th></tr>
 *   <tr><td>before the turn</td><td>a folder of pins that is not of what the link runs</td></tr>
 *   <tr><td>after it</td><td>the folder of what it ran before</td></tr>
 *   <tr><td>while the last one leaves</td><td>a link without an interface</td></tr>
 * </table>
 *
 * <p>Where a dispatcher of libxdp's stands, ours become components of it by its protocol.
 */
package dev.skep.node.dispatch;
