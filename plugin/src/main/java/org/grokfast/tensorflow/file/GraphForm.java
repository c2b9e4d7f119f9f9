package org.grokfast.tensorflow.file;

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
  SAVED_MODEL_TEXT("SavedModel in text form", true),
  /** A binary ONNX {@code ModelProto}: recognised here, read elsewhere. */
  ONNX("ONNX model", false);

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

  /** The form with its article, such as "an ONNX model". */
  public String described() {
    return (this == ONNX ? "an " : "a ") + label;
  }

  /** Whether the form is protobuf text format. */
  public boolean isText() {
    return text;
  }
}
