package org.grokfast.models.analysis;

/** Told how an analysis goes on. */
@FunctionalInterface
public interface AnalysisListener {
  /** Tells nobody. */
  AnalysisListener NONE = (done, all, what) -> {};

  /**
   * Called before each part and once at the end.
   *
   * @param done how many parts are done
   * @param all how many there are
   * @param what comes next
   */
  void onPart(int done, int all, String what);
}
