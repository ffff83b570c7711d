/**
 * A reader of eBPF ELF objects for bytes that nobody vouches for: it checks each offset and size
 * before use, and answers with a typed refusal instead of any other exception. Format: System V ABI
 * (gABI), chapter 4.
 */
package dev.skep.artifact.elf;
