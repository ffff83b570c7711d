package dev.skep.tests.bench;

import java.util.List;

/** One part of the benchmark, that makes some rows of the table. */
interface Measurement {
  String name();

  List<Figure> measure() throws Exception;
}
