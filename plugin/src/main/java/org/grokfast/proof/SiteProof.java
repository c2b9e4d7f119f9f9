package org.grokfast.proof;

import java.util.Locale;

/**
 * What is proved of the tensor at a site.
 *
 * @param variable the variable
 * @param verdict the verdict
 * @param factor what the tensor is of the gradient, as in tensor = factor · gradient; null where it
 *     is none
 * @param deviation how far the tensor is off, as a share; null where that is not known
 * @param noise how far off a gradient may be by the roundings of the loss; null likewise
 * @param loss what it is the gradient of; null where that is not known
 * @param reason what stands between, or why nothing could be decided; empty for nothing
 */
public record SiteProof(
    String variable,
    Verdict verdict,
    Double factor,
    Double deviation,
    Double noise,
    String loss,
    String reason) {

  /** What can be said of a tensor. */
  public enum Verdict {
    /** It is the gradient. */
    GRADIENT,
    /** It is the gradient times a factor. */
    PROPORTIONAL,
    /** It is neither. */
    OTHER,
    /** That could not be decided. */
    UNDECIDED;

    /** The verdict as JSON has it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Nothing could be decided. */
  public static SiteProof undecided(String variable, String reason) {
    return new SiteProof(variable, Verdict.UNDECIDED, null, null, null, null, reason);
  }

  /** The verdict in words. */
  public String text() {
    return switch (verdict) {
      case GRADIENT -> "is the gradient of '" + loss + "'" + (reason.isEmpty() ? "" : reason);
      case PROPORTIONAL ->
          String.format(Locale.ROOT, "is proportional, factor %.4g, to that of '%s'", factor, loss)
              + reason;
      case OTHER ->
          "is not the gradient of '"
              + loss
              + "'"
              + (deviation == null
                  ? ""
                  : String.format(Locale.ROOT, ", off by %.2g %%", 100 * deviation))
              + reason;
      case UNDECIDED -> "could not be decided, because " + reason;
    };
  }
}
