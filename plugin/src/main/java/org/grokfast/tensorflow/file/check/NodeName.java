package org.grokfast.tensorflow.file.check;

import org.grokfast.text.Characters;

/**
 * TensorFlow's rule for the names of nodes, {@code [A-Za-z0-9.][A-Za-z0-9_.\\/>-]*}. A leading
 * underscore is TensorFlow's own and accepted too.
 */
final class NodeName {
  private NodeName() {}

  static boolean isWellFormed(String name) {
    return isWellFormed(name, name.length());
  }

  /** Whether the part of a text before an end is a well-formed name. */
  static boolean isWellFormed(String text, int end) {
    if (end == 0 || !isStart(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < end; i++) {
      char c = text.charAt(i);
      if (!isStart(c) && c != '\\' && c != '/' && c != '>' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isStart(char c) {
    return Characters.isNameStart(c) || Characters.isDigit(c) || c == '.';
  }
}
