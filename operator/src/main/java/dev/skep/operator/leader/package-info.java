/**
 * Which of several operators acts. Two that do at the same time do no harm: what they write has
 * names that follow from its content, or a condition that one of them fails.
 */
package dev.skep.operator.leader;
