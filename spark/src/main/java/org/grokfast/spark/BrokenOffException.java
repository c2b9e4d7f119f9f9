package org.grokfast.spark;

/** A run that ended before its end, and may go well the next time: Spark tries it again. */
final class BrokenOffException extends Exception {
  private static final long serialVersionUID = 1L;

  private final TrainReport report;

  BrokenOffException(TrainReport report) {
    // Spark logs every attempt, and a stack says nothing of why a process ended.
    super(report.failure(), null, false, false);
    this.report = report;
  }

  /** What is there of the run. */
  TrainReport report() {
    return report;
  }
}
