package dev.skep.artifact.btf;

/** The types of an object. */
public final class Btf {
  private Btf() {}
}
