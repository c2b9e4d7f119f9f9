package org.grokfast.models.task;

import java.util.Collections;
import java.util.SortedMap;
import org.tensorflow.op.Ops;

/** The model of a task, which a trained checkpoint can be put into without the task's data. */
public interface TaskModel {

  /** The name on the command line: {@code algorithmic}. */
  String name();

  /** The name in a picture's title: {@code Multiplication modulo 97}. */
  String title();

  /** Everything that the data and the model depend on, seeds included, as text. */
  SortedMap<String, String> settings();

  /**
   * Texts that whoever runs the model needs beside it, such as a vocabulary, by file name. They lie
   * in the folder {@code assets.extra} of an exported model.
   */
  default SortedMap<String, String> assets() {
    return Collections.emptySortedMap();
  }

  /**
   * Adds the model to a graph. All parameters are reference variables with an initializer.
   *
   * @param tf the op builder of an empty graph
   */
  TaskGraph build(Ops tf);
}
