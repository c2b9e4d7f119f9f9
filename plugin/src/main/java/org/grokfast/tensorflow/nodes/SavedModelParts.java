package org.grokfast.tensorflow.nodes;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.SavedModel;

/** The message of a SavedModel in two parts: its MetaGraphs, and all else. Immutable. */
public final class SavedModelParts {
  private final List<MetaGraphParts> metaGraphs;
  private final SavedModel rest;

  SavedModelParts(List<MetaGraphParts> metaGraphs, SavedModel rest) {
    this.metaGraphs = List.copyOf(metaGraphs);
    this.rest = rest;
  }

  /** The parts of a SavedModel. */
  public static SavedModelParts of(SavedModel model) {
    return new SavedModelParts(
        model.getMetaGraphsList().stream().map(MetaGraphParts::of).toList(),
        model.toBuilder().clearMetaGraphs().build());
  }

  /** The MetaGraphs. */
  public List<MetaGraphParts> metaGraphs() {
    return metaGraphs;
  }

  /** The same SavedModel with another MetaGraph at an index. */
  public SavedModelParts with(int index, MetaGraphParts metaGraph) {
    List<MetaGraphParts> changed = new ArrayList<>(metaGraphs);
    changed.set(index, metaGraph);
    return new SavedModelParts(changed, rest);
  }

  /** The SavedModel as one message. */
  public SavedModel savedModel() {
    SavedModel.Builder model = rest.toBuilder();
    metaGraphs.forEach(metaGraph -> model.addMetaGraphs(metaGraph.metaGraphDef()));
    return model.build();
  }

  private Surroundings around() {
    return Surroundings.of(rest, SavedModel.META_GRAPHS_FIELD_NUMBER);
  }

  /** The length in binary form. */
  public long serializedSize() {
    return around().serializedSize()
        + metaGraphs.stream()
            .mapToLong(
                metaGraph ->
                    Surroundings.fieldSize(
                        SavedModel.META_GRAPHS_FIELD_NUMBER, metaGraph.serializedSize()))
            .sum();
  }

  /** Writes it in binary form. Nodes that were read and not changed are written as they were. */
  public void writeTo(CodedOutputStream out) throws IOException {
    around()
        .writeTo(
            out,
            middle -> {
              for (MetaGraphParts metaGraph : metaGraphs) {
                Surroundings.writeStart(
                    middle, SavedModel.META_GRAPHS_FIELD_NUMBER, metaGraph.serializedSize());
                metaGraph.writeTo(middle);
              }
            });
  }
}
