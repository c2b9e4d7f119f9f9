package org.grokfast.tensorflow.file;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.grokfast.tensorflow.nodes.MetaGraphParts;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;
import org.tensorflow.proto.VariableDef;

/**
 * The variables that a file says are trained: those of a MetaGraphDef's collection {@code
 * trainable_variables}, and those that Keras lists under that name among the objects of a
 * SavedModel. What a variable itself says of it counts for nothing, as it says so by default.
 */
public final class TrainableVariables {
  private static final String COLLECTION = "trainable_variables";
  private static final Set<String> LISTS = Set.of(COLLECTION, "_" + COLLECTION);

  private TrainableVariables() {}

  /** Their names; empty where the file lists none, as a bare GraphDef. */
  public static Set<String> of(GraphFile file) {
    Set<String> names = new LinkedHashSet<>();
    file.metaGraphParts()
        .map(MetaGraphParts::rest)
        .ifPresent(
            meta -> {
              addCollection(meta, names);
              if (meta.hasObjectGraphDef()) {
                addObjects(meta.getObjectGraphDef(), names);
              }
            });
    return names;
  }

  private static void addCollection(MetaGraphDef meta, Set<String> names) {
    if (!meta.containsCollectionDef(COLLECTION)) {
      return;
    }
    for (ByteString bytes :
        meta.getCollectionDefOrThrow(COLLECTION).getBytesList().getValueList()) {
      try {
        String tensor = VariableDef.parseFrom(bytes).getVariableName();
        int output = tensor.lastIndexOf(':');
        names.add(output < 0 ? tensor : tensor.substring(0, output));
      } catch (InvalidProtocolBufferException e) {
        // A collection is evidence beside the graph: one that can't be read says nothing.
      }
    }
  }

  private static void addObjects(SavedObjectGraph graph, Set<String> names) {
    for (SavedObject object : graph.getNodesList()) {
      for (ObjectReference child : object.getChildrenList()) {
        if (LISTS.contains(child.getLocalName()) && isIn(graph, child)) {
          for (ObjectReference entry : graph.getNodes(child.getNodeId()).getChildrenList()) {
            if (isIn(graph, entry) && graph.getNodes(entry.getNodeId()).hasVariable()) {
              names.add(graph.getNodes(entry.getNodeId()).getVariable().getName());
            }
          }
        }
      }
    }
  }

  private static boolean isIn(SavedObjectGraph graph, ObjectReference reference) {
    return reference.getNodeId() >= 0 && reference.getNodeId() < graph.getNodesCount();
  }
}
