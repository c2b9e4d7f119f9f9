package org.grokfast.rewrite.coverage;

/** What a rewrite does with a variable that the train step changes. */
public enum Fate {
  /** All updates of it take a filtered gradient. */
  FILTERED("filtered"),

  /** An update of it takes a filtered gradient; what another write does could not be told. */
  FILTERED_IN_PART("filtered in part"),

  /** It could be filtered, or is trained, and the user's patterns or the filter leave it out. */
  EXCLUDED("excluded"),

  /** An optimizer keeps it for the sake of a trained variable: a slot, a power of beta. */
  OPTIMIZER_STATE("optimizer state"),

  /** It changes with the data, but by a rule of its own: a metric, a statistic, a copy. */
  NOT_BY_GRADIENT("not trained by a gradient"),

  /** A gradient of it is on the way to a write of it, and that gradient isn't filtered. */
  UNFILTERED("trained and unfiltered"),

  /** What the writes do with it could not be told. */
  UNDECIDED("undecided");

  private final String label;

  Fate(String label) {
    this.label = label;
  }

  /** The fate in words. */
  public String label() {
    return label;
  }

  /** Whether a variable of this fate is known to be trained by a gradient. */
  public boolean isTrained() {
    return isFiltered() || this == EXCLUDED || this == UNFILTERED;
  }

  /** Whether a variable of this fate has to be named to the user. */
  public boolean isOpen() {
    return this == UNFILTERED || this == UNDECIDED || this == FILTERED_IN_PART;
  }

  /** Whether an update of such a variable takes a filtered gradient, as all known ones do. */
  public boolean isFiltered() {
    return this == FILTERED || this == FILTERED_IN_PART;
  }
}
