package org.grokfast.rewrite;

/** Where a report for people is written: plain text, or a page of a terminal. */
public interface ReportPage {
  /** A heading. */
  void heading(String text);

  /** A label and what there is to say about it. */
  void field(int indent, String label, String text);

  /** A paragraph. */
  void text(int indent, String text);
}
