/**
 * What is to be done to the kernel, as a pure function of what is wanted and what is there.
 *
 * <p>Three things hold for every plan, and are tested as properties: done, it gives what is wanted,
 * and the next plan is empty; cut off after any step, the next plan goes on; what is wanted and was
 * attached is attached at every moment.
 */
package dev.skep.node.plan;
