package org.grokfast.tensorflow.graph;

import java.util.Optional;
import java.util.stream.IntStream;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.PassVersion;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.NodeDef;

/**
 * The attributes that identify inserted nodes: what strip, diff and a second rewrite read.
 * Attributes whose name starts with an underscore are TensorFlow's own way for annotations;
 * importing and exporting a graph keeps them.
 */
public final class Provenance {
  /** On every inserted node: the pass and its version. */
  public static final String PASS = InsertedNames.ATTRIBUTE;

  /** On the node that hands out a filtered gradient: the filter and all its options. */
  public static final String FILTER = InsertedNames.FILTER_ATTRIBUTE;

  /** On a node that stands in for another input: the input as it was spelled before. */
  public static final String REPLACES = InsertedNames.REPLACES_ATTRIBUTE;

  /** On a node whose shapes changed: its attribute {@code _output_shapes} as it was before. */
  public static final String OUTPUT_SHAPES = InsertedNames.OUTPUT_SHAPES_ATTRIBUTE;

  /** On the node that replaces an optimizer's train op in a live graph: that op's name. */
  public static final String TRAIN_OP = InsertedNames.TRAIN_OP_ATTRIBUTE;

  /** On a node that was copied in a live graph: the name of the node that it is a copy of. */
  public static final String COPY_OF = InsertedNames.COPY_OF_ATTRIBUTE;

  /** On a node of the saver that was added when a live graph was wrapped. */
  public static final String SAVER = InsertedNames.SAVER_ATTRIBUTE;

  /** On an update that was moved so that something can follow it: the name that it had. */
  public static final String MOVED_FROM = InsertedNames.MOVED_FROM_ATTRIBUTE;

  /** On what stands under that name now: the name of the update. */
  public static final String MOVED_TO = InsertedNames.MOVED_TO_ATTRIBUTE;

  /** On what stands in place of an update: the update as it was. */
  public static final String REPLACED = InsertedNames.REPLACED_ATTRIBUTE;

  /** On a node that changes weights by the learning rate: the tensor of that rate. */
  public static final String RATE = InsertedNames.RATE_ATTRIBUTE;

  /** The root of all inserted names. */
  public static final String ROOT = InsertedNames.ROOT;

  private Provenance() {}

  public static String pass() {
    return PassVersion.text();
  }

  /** The numbers of inserted nodes. */
  public static IntStream inserted(NodeList nodes) {
    return IntStream.range(0, nodes.size()).filter(i -> nodes.hasAttribute(i, PASS));
  }

  public static boolean isInserted(NodeDef node) {
    return node.containsAttr(PASS);
  }

  /** A text attribute of a node. */
  public static Optional<String> text(NodeDef node, String attribute) {
    return node.containsAttr(attribute)
        ? Optional.of(node.getAttrOrThrow(attribute).getS().toStringUtf8())
        : Optional.empty();
  }
}
