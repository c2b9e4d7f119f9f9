package org.grokfast.tensorflow.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.emit.NodeEmitter.Node;
import org.grokfast.tensorflow.emit.NodeEmitter.Out;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.DataTypes;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/**
 * A variable that a filter keeps: its nodes for reading, writing and initialising, in the family of
 * the variable that it serves, because savers and loaders know one family or the other. It is
 * declared in the main graph; functions get at it by its name.
 */
public final class StateVariable {
  private final NodeEmitter emitter;
  private final Spec spec;
  private final String name;
  private final Out handle;
  private final Initial first;
  private boolean unsure;
  private Out initial;
  private List<String> ready = List.of();
  private List<String> waiting = List.of();
  private List<String> firstUse = List.of();

  /**
   * What a state variable is.
   *
   * @param name the wanted name
   * @param type the type of its elements
   * @param shape its dimensions
   * @param kind its family
   * @param near the variable it is placed with; empty for what is nobody's own
   */
  public record Spec(
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
                + " would take more than 2^63 bytes; exclude its variable or choose a smaller"
                + " window",
            e);
      }
    }
  }

  private StateVariable(NodeEmitter emitter, Spec spec, String name, Out handle, Initial first) {
    this.emitter = emitter;
    this.spec = spec;
    this.name = name;
    this.handle = handle;
    this.first = first;
  }

  /** A tensor that starts as zeros; they are made by an op, so that the graph stays small. */
  public static StateVariable zeros(NodeEmitter emitter, Spec spec) {
    return create(
        emitter,
        spec,
        (here, path, after) -> {
          Out dims = constant(here, path + "/dims", DataType.DT_INT64, Attrs.vector(spec.shape()));
          Out zero = constant(here, path + "/zero", spec.type(), Attrs.zero(spec.type()));
          return near(here.node(path + "/zeros", "Fill"), spec)
              .input(dims, zero)
              .after(after)
              .attr("T", Attrs.type(spec.type()))
              .attr("index_type", Attrs.type(DataType.DT_INT64))
              .emit(spec.type());
        });
  }

  /** A scalar that starts as a given value. */
  public static StateVariable scalar(NodeEmitter emitter, Spec spec, AttrValue value) {
    return create(
        emitter,
        spec,
        (here, path, after) ->
            near(here.node(path + "/initial_value", "Const"), spec)
                .after(after)
                .attr("dtype", Attrs.type(spec.type()))
                .attr("value", value)
                .emit(spec.type()));
  }

  /**
   * One that the main graph holds already.
   *
   * @param variable its node
   * @param initial the tensor of its initial value
   */
  public static StateVariable existing(NodeEmitter emitter, VariableNode variable, String initial) {
    Spec spec =
        new Spec(
            variable.name(),
            variable.dtype(),
            variable.shape().orElseThrow(),
            variable.kind(),
            Optional.empty());
    Out value = new Out(initial, spec.type());
    return new StateVariable(
        emitter,
        spec,
        variable.name(),
        new Out(variable.nodeName(), spec.type()),
        (here, path, after) -> value);
  }

  private interface Initial {
    Out emit(NodeEmitter here, String path, List<String> after);
  }

  private static StateVariable create(NodeEmitter emitter, Spec spec, Initial first) {
    StateVariable[] created = new StateVariable[1];
    emitter.initializing(
        () -> {
          boolean reference = spec.kind() == VariableNode.Kind.REFERENCE;
          Node node = emitter.node(spec.name(), reference ? "VariableV2" : "VarHandleOp");
          String name = node.name();
          Out handle =
              holding(node, spec, reference ? "" : name)
                  .emit(reference ? spec.type() : DataType.DT_RESOURCE);
          created[0] = new StateVariable(emitter, spec, name, handle, first);
          created[0].assign("Assign", created[0].initial());
        });
    return created[0];
  }

  private static Node holding(Node node, Spec spec, String sharedName) {
    return near(node, spec)
        .attr("dtype", Attrs.type(spec.type()))
        .attr("shape", Attrs.shape(spec.shape()))
        .attr("container", Attrs.string(""))
        .attr("shared_name", Attrs.string(sharedName));
  }

  /**
   * The same variable, as the nodes of another emitter get at it: in a function's body by its
   * shared name. There it is initialised when it is first read, as functions may be called without
   * the main graph.
   */
  public StateVariable in(NodeEmitter here) {
    if (here == emitter) {
      return this;
    }
    Out local = holding(here.node(name, "VarHandleOp"), spec, name).emit(DataType.DT_RESOURCE);
    StateVariable seen = new StateVariable(here, spec, name, local, first);
    seen.unsure = true;
    return seen;
  }

  private static Out constant(NodeEmitter emitter, String name, DataType type, AttrValue value) {
    return emitter
        .node(name, "Const")
        .attr("dtype", Attrs.type(type))
        .attr("value", value)
        .emit(type);
  }

  private static Node near(Node node, Spec spec) {
    return spec.near().map(node::with).orElseGet(node::atHome);
  }

  /** A node placed with this variable; its name is under the variable's. */
  public Node node(String name, String op) {
    return near(emitter.node(handle.tensor() + "/" + name, op), spec);
  }

  /** The variable as its readers and writers take it. */
  public Out handle() {
    return handle;
  }

  /** The name that it has in the main graph and in checkpoints. */
  public String name() {
    return name;
  }

  /** The initial value. */
  public Out initial() {
    if (initial == null) {
      initial = first.emit(emitter, handle.tensor(), List.of());
    }
    return initial;
  }

  public Spec spec() {
    return spec;
  }

  public boolean isReference() {
    return spec.kind() == VariableNode.Kind.REFERENCE;
  }

  /** The same variable, whose readers wait for other nodes too: for those that wrote it before. */
  StateVariable after(List<String> nodes) {
    StateVariable later = new StateVariable(emitter, spec, name, handle, first);
    later.unsure = unsure;
    later.waiting = nodes;
    return later;
  }

  /** The same, whose very first use waits for them as well. */
  StateVariable firstAfter(List<String> nodes) {
    StateVariable later = after(nodes);
    later.firstUse = nodes;
    return later;
  }

  /** What a reader waits for: that the variable has a value. */
  public List<String> ready() {
    if (ready.isEmpty()) {
      List<String> all = new ArrayList<>(waiting);
      if (unsure) {
        all.add(guard());
      }
      ready = List.copyOf(all);
    }
    return ready;
  }

  /**
   *
   *
   * <pre>
   *   initialised? ─┬ no ──▶ Assign(initial value) ─▶ Merge ─▶ (control) readers
   *                 └ yes ────────────────────────────▲
   * </pre>
   */
  private String guard() {
    Out known =
        node("first_use/is_initialized", "VarIsInitializedOp")
            .input(handle)
            .after(firstUse)
            .emit(DataType.DT_BOOL);
    Out branches = bool("first_use/Switch", "Switch").input(known, known).emit(DataType.DT_BOOL);
    Out absent = bool("first_use/absent", "Identity").input(branches).emit(DataType.DT_BOOL);
    Out value = first.emit(emitter, handle.tensor() + "/first_use", List.of(absent.tensor()));
    Out assigned = assign("first_use/Assign", value, List.of(absent.tensor()));
    Out done =
        bool("first_use/done", "Identity")
            .input(absent)
            .after(List.of(assigned.tensor()))
            .emit(DataType.DT_BOOL);
    return bool("first_use/Merge", "Merge")
        .input(new Out(branches.tensor() + ":1", DataType.DT_BOOL), done)
        .attr("N", Attrs.integer(2))
        .emit(DataType.DT_BOOL)
        .tensor();
  }

  private Node bool(String name, String op) {
    return node(name, op).attr("T", Attrs.type(DataType.DT_BOOL));
  }

  /** The value. Whatever takes it must be an ancestor of every write of the same step. */
  public Out read() {
    return read(List.of());
  }

  /** The same, after other nodes; a reference is read when what takes it runs. */
  Out read(List<String> controls) {
    if (isReference()) {
      return handle;
    }
    return node("Read", "ReadVariableOp")
        .input(handle)
        .after(controls)
        .after(ready())
        .attr("dtype", Attrs.type(spec.type()))
        .emit(spec.type());
  }

  /** A node that writes the value; the name is under the variable's. */
  public Out assign(String name, Out value) {
    return assign(name, value, List.of());
  }

  /** The same, after other nodes. */
  public Out assign(String name, Out value, List<String> controls) {
    Node node =
        node(name, isReference() ? "Assign" : "AssignVariableOp")
            .input(handle, value)
            .after(controls)
            .after(ready);
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
