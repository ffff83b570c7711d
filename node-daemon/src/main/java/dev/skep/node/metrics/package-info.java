/**
 * What /metrics shows: of every program its runs, maps and state, and the metrics that users
 * declare on their maps, in Prometheus' text format.
 *
 * <p>{@link NodeMetrics} is the door: it is asked for a page, reads the kernel and writes it. The
 * text format is written here and not by a client library, because those keep a registry of live
 * objects, while every number of ours is read from the kernel at the time of the scrape.
 */
package dev.skep.node.metrics;
