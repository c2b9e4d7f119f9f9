package org.grokfast.tensorflow;

import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.NodeEmitter.Node;
import org.grokfast.tensorflow.NodeEmitter.Out;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * A variable that a filter keeps: its nodes for reading, writing and initialising, in the family of
 * the variable that it serves, because savers and loaders know one family or the other.
 */
final class StateVariable {
  private final NodeEmitter emitter;
  private final Spec spec;
  private final Out handle;
  private final Out initial;

  /**
   * What a state variable is.
   *
   * @param name the wanted name
   * @param type the type of its elements
   * @param shape its dimensions
   * @param kind its family
   * @param near the variable it is placed with; empty to leave the placement to TensorFlow
   */
  record Spec(
      String name,
      DataType type,
      List<Long> shape,
      VariableNode.Kind kind,
      Optional<VariableNode> near) {
    long bytes() {
      try {
        return Math.multiplyExact(
            shape.stream().reduce(1L, Math::multiplyExact), DataTypes.bytes(type));
      } catch (ArithmeticException e) {
        throw new GraphRewriteException(
            "state '"
                + name
                + "' of shape "
                + shape
                + " would take more than 2^63 bytes; exclude its variable or choose a smaller window",
            e);
      }
    }
  }

  private StateVariable(NodeEmitter emitter, Spec spec, Out handle, Out initial) {
    this.emitter = emitter;
    this.spec = spec;
    this.handle = handle;
    this.initial = initial;
  }

  /** A tensor that starts as zeros; they are made by an op, so that the graph stays small. */
  static StateVariable zeros(NodeEmitter emitter, Spec spec) {
    return create(
        emitter,
        spec,
        name -> {
          Out dims =
              constant(emitter, name + "/dims", DataType.DT_INT64, Attrs.vector(spec.shape()));
          Out zero = constant(emitter, name + "/zero", spec.type(), Attrs.zero(spec.type()));
          return near(emitter.node(name + "/zeros", "Fill"), spec)
              .input(dims, zero)
              .attr("T", Attrs.type(spec.type()))
              .attr("index_type", Attrs.type(DataType.DT_INT64))
              .emit(spec.type());
        });
  }

  /** A scalar that starts as a given value. */
  static StateVariable scalar(NodeEmitter emitter, Spec spec, AttrValue value) {
    return create(
        emitter, spec, name -> constant(emitter, name + "/initial_value", spec.type(), value));
  }

  private interface Initial {
    Out emit(String name);
  }

  private static StateVariable create(NodeEmitter emitter, Spec spec, Initial initial) {
    StateVariable[] created = new StateVariable[1];
    emitter.initializing(
        () -> {
          boolean reference = spec.kind() == VariableNode.Kind.REFERENCE;
          Node node =
              near(emitter.node(spec.name(), reference ? "VariableV2" : "VarHandleOp"), spec)
                  .attr("dtype", Attrs.type(spec.type()))
                  .attr("shape", Attrs.shape(spec.shape()))
                  .attr("container", Attrs.string(""));
          Out handle =
              node.attr("shared_name", Attrs.string(reference ? "" : node.name()))
                  .emit(reference ? spec.type() : DataType.DT_RESOURCE);
          Out value = initial.emit(handle.tensor());
          created[0] = new StateVariable(emitter, spec, handle, value);
          created[0].assign("Assign", value);
        });
    return created[0];
  }

  private static Out constant(NodeEmitter emitter, String name, DataType type, AttrValue value) {
    return emitter
        .node(name, "Const")
        .attr("dtype", Attrs.type(type))
        .attr("value", value)
        .emit(type);
  }

  private static Node near(Node node, Spec spec) {
    spec.near().ifPresent(node::with);
    return node;
  }

  /** A node placed with this variable; its name is under the variable's. */
  Node node(String name, String op) {
    return near(emitter.node(name() + "/" + name, op), spec);
  }

  /** The variable as its readers and writers take it. */
  Out handle() {
    return handle;
  }

  String name() {
    return handle.tensor();
  }

  /** The initial value. */
  Out initial() {
    return initial;
  }

  Spec spec() {
    return spec;
  }

  boolean isReference() {
    return spec.kind() == VariableNode.Kind.REFERENCE;
  }

  /** The value. Whatever takes it must be an ancestor of every write of the same step. */
  Out read() {
    if (isReference()) {
      return handle;
    }
    return node("Read", "ReadVariableOp")
        .input(handle)
        .attr("dtype", Attrs.type(spec.type()))
        .emit(spec.type());
  }

  /** A node that writes the value; the name is under the variable's. */
  Out assign(String name, Out value) {
    return assign(name, value, List.of());
  }

  /** The same, after other nodes. */
  Out assign(String name, Out value, List<String> controls) {
    Node node =
        node(name, isReference() ? "Assign" : "AssignVariableOp")
            .input(handle, value)
            .after(controls);
    if (isReference()) {
      node.attr("T", Attrs.type(spec.type()))
          .attr("use_locking", Attrs.bool(true))
          .attr("validate_shape", Attrs.bool(true));
    } else {
      node.attr("dtype", Attrs.type(spec.type()));
    }
    return node.emit(spec.type());
  }
}
