/**
 * Whether another installation works on this cluster already. The marker is the Lease of its
 * operators: who lives renews it, and who came first made it first. Nothing is written for it. A
 * Lease alone is no proof, since every owner of a namespace can make one; that the account beside
 * it may do an operator's work is.
 */
package dev.skep.operator.neighbour;
