package org.grokfast.tensorflow.file;

import java.util.Locale;

/** The forms of graph files that are told apart by their content. */
public enum GraphForm {
  /** A binary {@code GraphDef}, usually {@code .pb}. */
  GRAPH_DEF("GraphDef", false),
  /** A {@code GraphDef} in protobuf text format, usually {@code .pbtxt}. */
  GRAPH_DEF_TEXT("GraphDef in text form", true),
  /** A binary {@code MetaGraphDef}, usually {@code .meta}. */
  META_GRAPH("MetaGraphDef", false),
  /** A {@code MetaGraphDef} in protobuf text format. */
  META_GRAPH_TEXT("MetaGraphDef in text form", true),
  /** A SavedModel, as a folder with {@code saved_model.pb} or as that message alone. */
  SAVED_MODEL("SavedModel", false),
  /** A SavedModel whose message is {@code saved_model.pbtxt}. */
  SAVED_MODEL_TEXT("SavedModel in text form", true);

  private final String label;
  private final boolean text;

  GraphForm(String label, boolean text) {
    this.label = label;
    this.text = text;
  }

  /** The form's name in messages, such as "MetaGraphDef in text form". */
  public String label() {
    return label;
  }

  /** The form as the command line spells it, such as {@code meta-graph-text}. */
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the form is protobuf text format. */
  public boolean isText() {
    return text;
  }
}
