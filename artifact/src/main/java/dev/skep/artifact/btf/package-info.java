/**
 * The types of an object, from its .BTF section, and values of them: bytes to text and numbers (for
 * maps and metrics), and JSON to bytes (for globals). Format: Documentation/bpf/btf.rst of the
 * kernel. As in the kernel and libbpf, at most 32 types are followed to find what one is; so a type
 * that contains itself is an error and never an endless loop.
 */
package dev.skep.artifact.btf;
