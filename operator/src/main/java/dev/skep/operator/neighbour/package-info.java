/**
 * Whether another installation works on this cluster already. The marker is the Lease of its
 * operators: who lives renews it, and who came first made it first. Nothing is written for it.
 */
package dev.skep.operator.neighbour;
