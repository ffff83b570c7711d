/**
 * What each node is told to run. Reconcilers of programs publish which revision belongs on which
 * node ({@link dev.skep.operator.node.Placements}); the reconciler of nodes writes it, all that
 * changed meanwhile in one write. What was not decided on since the operator started stays as it
 * is.
 */
package dev.skep.operator.node;
