/**
 * From files to an image: what goes into operator and daemon, in which layers, and how they are
 * started. The same inputs give the same digest.
 */
package dev.skep.images.build;
