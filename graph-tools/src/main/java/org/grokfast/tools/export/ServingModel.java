package org.grokfast.tools.export;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.tensorflow.Session;
import org.tensorflow.Signature;

/** A trained model that can be exported: a session with values, and how the model is called. */
interface ServingModel extends AutoCloseable {
  /** The session that holds the values. */
  Session session();

  /** How the exported model is called; at least one signature. */
  List<Signature> signatures();

  /** Texts that belong to the model, by file name. */
  default SortedMap<String, String> assets() {
    return Collections.emptySortedMap();
  }

  /** What the user should know, a sentence each. */
  List<String> notes();

  @Override
  void close();
}
