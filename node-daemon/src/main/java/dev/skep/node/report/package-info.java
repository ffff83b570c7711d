/**
 * What is said of this node: a row for each program from what the kernel shows, one write a change,
 * what programs cost when it moved, and a heartbeat.
 */
package dev.skep.node.report;
