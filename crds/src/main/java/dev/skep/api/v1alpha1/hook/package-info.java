/**
 * What a program can be attached to: one record a hook, with its target as a user thinks of it.
 * Each is a field of {@link dev.skep.api.v1alpha1.Attach}.
 */
package dev.skep.api.v1alpha1.hook;
