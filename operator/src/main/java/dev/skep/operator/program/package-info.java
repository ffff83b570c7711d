/**
 * From a BpfProgram to a revision on its nodes, and back to its status. {@link
 * dev.skep.operator.program.BpfProgramReconciler} reads, then calls decisions in order, each a pure
 * function: what became of the specification (Candidate), what status says of it (StatusSummary,
 * Verdict), whether that is worth a write now (StatusPace), whether a deleted program may go
 * (Departure).
 */
package dev.skep.operator.program;
