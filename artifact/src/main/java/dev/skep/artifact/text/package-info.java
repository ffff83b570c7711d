/** How messages name things: lists of what there is, and what was probably meant. */
package dev.skep.artifact.text;
