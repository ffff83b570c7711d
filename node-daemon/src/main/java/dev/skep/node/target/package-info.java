/**
 * Looks up what programs are attached to: tracepoints, interfaces, control groups, symbols of user
 * binaries. Reads files only and changes nothing; says of what is missing what was looked for,
 * where, and what has nearly that name.
 */
package dev.skep.node.target;
