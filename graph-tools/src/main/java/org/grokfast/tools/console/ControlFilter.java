package org.grokfast.tools.console;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * Lets no character through that steers a terminal, whatever message or report it comes with:
 * control characters but line ends and tabs, controls of bidirectional text, characters without
 * width and halves of pairs are written as escapes, as JSON has them.
 */
final class ControlFilter extends FilterWriter {
  /** Whether what is printed is the program's own, with its colours. */
  private boolean own;

  private char half;
  private boolean isReturn;

  ControlFilter(Writer out) {
    super(out);
  }

  void setOwn(boolean own) {
    this.own = own;
  }

  boolean isOwn() {
    return own;
  }

  @Override
  public void write(int c) throws IOException {
    char unit = (char) c;
    if (own) {
      out.write(unit);
      return;
    }
    endReturn(unit);
    if (half != 0) {
      boolean pair = Character.isLowSurrogate(unit);
      char high = half;
      half = 0;
      out.write(
          pair ? Printable.text(new String(new char[] {high, unit})) : Printable.escaped(high));
      if (pair) {
        return;
      }
    }
    if (Character.isHighSurrogate(unit)) {
      half = unit;
    } else if (unit == '\r') {
      isReturn = true;
    } else if (unit == '\n' || unit == '\t') {
      out.write(unit);
    } else {
      out.write(Printable.text(String.valueOf(unit)));
    }
  }

  /** A return belongs to the end of a line, as Windows has it, or is an escape. */
  private void endReturn(char next) throws IOException {
    if (isReturn) {
      isReturn = false;
      out.write(next == '\n' ? "\r" : Printable.escaped('\r'));
    }
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    write(new String(text, offset, length), 0, length);
  }

  @Override
  public void write(String text, int offset, int length) throws IOException {
    int start = offset;
    for (int i = offset; i < offset + length; i++) {
      char c = text.charAt(i);
      boolean plain = own || (half == 0 && !isReturn && ((c >= ' ' && c < 0x7f) || c == '\n'));
      if (!plain) {
        out.write(text, start, i - start);
        write(c);
        start = i + 1;
      }
    }
    out.write(text, start, offset + length - start);
  }

  @Override
  public void flush() throws IOException {
    if (!own) {
      endReturn(' ');
      if (half != 0) {
        out.write(Printable.escaped(half));
        half = 0;
      }
    }
    out.flush();
  }
}
