package org.grokfast.rewrite;

/** A report as plain text, one line each. */
final class PlainPage implements ReportPage {
  private final StringBuilder text = new StringBuilder();

  @Override
  public void heading(String heading) {
    text(0, heading);
  }

  @Override
  public void field(int indent, String label, String content) {
    text(indent, label + ": " + content);
  }

  @Override
  public void text(int indent, String line) {
    text.append(" ".repeat(indent)).append(line).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
