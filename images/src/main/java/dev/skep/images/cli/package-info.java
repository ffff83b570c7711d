/** The command behind {@code scripts/images.sh}. */
package dev.skep.images.cli;
