/**
 * What becomes of each variable that a train step changes: filtered, left out by the user, the
 * optimizer's state, not trained by a gradient, trained and unfiltered, or undecided.
 *
 * <p>Place in the flow: between find and plan. An analysis of each format starts from what the step
 * <em>writes</em>, whatever its rules found, and says the {@link
 * org.grokfast.rewrite.coverage.Fate} of each variable; the plan settles it with the user's
 * patterns, and refuses what is trained and unfiltered.
 *
 * <p>Limits: knows no graph format; variables and nodes are names.
 */
package org.grokfast.rewrite.coverage;
