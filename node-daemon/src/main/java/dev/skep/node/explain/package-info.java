/**
 * From the verifier's log to one line that names the cause, the place in the source and what to do.
 * Pure: text in, text out.
 */
package dev.skep.node.explain;
