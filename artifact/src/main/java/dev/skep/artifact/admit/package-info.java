/**
 * Whether a BpfProgram can be what its object allows, and the revision that comes of it. Pure: the
 * operator, the daemon without a cluster and the command line decide alike.
 */
package dev.skep.artifact.admit;
