package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.PassVersion;

/** The entries of {@code metadata_props} that identify what was inserted. */
public final class OnnxProvenance {
  /** On the model and on every inserted node: the pass and its version. */
  public static final String PASS = InsertedNames.ENTRY;

  /** On the model and on the node that hands out a filtered gradient: the filter's description. */
  public static final String FILTER = InsertedNames.FILTER_ENTRY;

  /** On a node that stands in for another tensor: that tensor's name. */
  public static final String REPLACES = InsertedNames.REPLACES_ENTRY;

  /** On a node that gives a tensor under the name that another had before: that one's new name. */
  public static final String MOVED = InsertedNames.MOVED_ENTRY;

  /** On the node that hands out a filtered gradient: what says whether a step makes the update. */
  public static final String GATE = InsertedNames.GATE_ENTRY;

  /** On the model: the new inputs and outputs, as JSON. */
  public static final String STATE = InsertedNames.STATE_ENTRY;

  /** On the model: the version of the default domain that was added to the imports. */
  public static final String OPSET = InsertedNames.OPSET_ENTRY;

  /** On the model, with a parameter's name behind it: the output that the user said updates it. */
  public static final String UPDATE = InsertedNames.UPDATE_ENTRY;

  /** The root of all inserted names. */
  public static final String ROOT = InsertedNames.ROOT;

  /** What the output that carries a state has behind the input's name. */
  public static final String NEW = InsertedNames.NEW;

  private OnnxProvenance() {}

  public static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  public static StringStringEntryProto pass() {
    return entry(PASS, PassVersion.text());
  }

  public static boolean isInserted(NodeProto node) {
    return text(node.getMetadataPropsList(), PASS).isPresent();
  }

  public static boolean isOurs(StringStringEntryProto entry) {
    return entry.getKey().equals(PASS) || entry.getKey().startsWith(PASS + ".");
  }

  public static Optional<String> text(List<StringStringEntryProto> entries, String key) {
    for (StringStringEntryProto entry : entries) {
      if (entry.getKey().equals(key)) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }
}
