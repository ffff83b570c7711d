/**
 * Measures Skep as it is: {@code make bench} prints one table, with plain C and libbpf measured in
 * the same run, and writes {@code target/bench.json}. Nothing here asserts a time; a measurement
 * that cannot be made fails.
 */
package dev.skep.tests.bench;
