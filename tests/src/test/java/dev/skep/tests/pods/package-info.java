/**
 * Skep as a cluster runs it: images in pods of a real kubelet and containerd, installed by kubectl.
 * One class for each story; all share one cluster, which each leaves as it found it: installed and
 * ready, without programs.
 */
package dev.skep.tests.pods;
