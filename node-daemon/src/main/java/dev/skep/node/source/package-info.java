/**
 * Where desired state comes from, and the bytes it speaks of: a cluster's BpfNode or a folder of
 * manifests, and an object store that checks every digest. What was heard last is kept on disk, so
 * that a node goes on without its cluster.
 */
package dev.skep.node.source;
