/** The ConfigMaps that programs take map entries from: just those that are named, and no other. */
package dev.skep.operator.configmap;
