/**
 * The API server, as far as a node daemon needs it: get and patch an object, watch one object.
 *
 * <p>Not the Kubernetes client that the operator uses: that one knows every kind there is, and
 * costs 40 MiB and a third of a second on every node of a fleet. Here is HTTP with JSON, the pod's
 * own account or a kubeconfig with a token or client certificate, and one watch.
 */
package dev.skep.node.cluster;
