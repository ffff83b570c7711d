/**
 * The daemon: one lane for each program of the node.
 *
 * <p>{@link dev.skep.node.agent.NodeAgent} hears what the node shall run and gives each program its
 * lane. A lane attempts: observe, plan, execute, observe, report; {@code Retries} says when again.
 * {@link dev.skep.node.agent.Daemon} puts the parts together as a process.
 */
package dev.skep.node.agent;
