package org.grokfast.tools.verify.onnx;

import org.grokfast.tools.verify.VerifyOutcome;

/** What parent and child process call the files of the folder over which they talk. */
final class ChildFiles {
  static final String ORIGINAL = "original";
  static final String REWRITTEN = "rewritten";

  /** The rewritten model with lamb at zero, where it is a constant. */
  static final String UNAMPLIFIED = "unamplified";

  /** What the proof runs, and the same in float64 where that can be made. */
  static final String PROOF = "proof";

  static final String DOUBLED = "proof-float64";

  static final String PLAN = "plan.json";
  static final String ANSWER = "answer.json";
  static final String MODEL = "model.onnx";

  private ChildFiles() {}

  /** What the child leaves in {@link #ANSWER}: an outcome, or else an error. */
  record Answer(VerifyOutcome outcome, String error) {}
}
