/**
 * Debian packages of pinned versions: which, where from, and what is in them. Nothing is installed
 * and none of their scripts is run; of each the files that an image needs are taken.
 */
package dev.skep.images.debian;
