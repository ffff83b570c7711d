/**
 * Images, from registries to programs. A pull runs on a thread of its own and tells its program
 * when it is over ({@link dev.skep.operator.image.ImagePulls}); a reconciler asks how it stands and
 * never waits. Each image is fetched and inspected once, however many programs want it.
 */
package dev.skep.operator.image;
