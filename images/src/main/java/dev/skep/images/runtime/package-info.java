/** The Java that images run on: a runtime of the modules needed, and classes linked beforehand. */
package dev.skep.images.runtime;
