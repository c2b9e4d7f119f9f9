"""TF1 training graphs: every `tf.compat.v1.train` optimizer on small models."""

from __future__ import annotations

import functools
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from case import Case, Program, Trained
from feeds import INPUT, ROW_IDS, TARGET, Feed, Formula, initial
from tap import Tap

v1 = tf.compat.v1
train = v1.train

OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("GradientDescentOptimizer", {"learning_rate": 0.05}),
    "momentum": ("MomentumOptimizer", {"learning_rate": 0.02, "momentum": 0.8}),
    "nesterov": (
        "MomentumOptimizer",
        {"learning_rate": 0.02, "momentum": 0.8, "use_nesterov": True},
    ),
    "adam": ("AdamOptimizer", {"learning_rate": 0.01, "epsilon": 1e-4}),
    "adagrad": ("AdagradOptimizer", {"learning_rate": 0.05}),
    "adagrad_da": ("AdagradDAOptimizer", {"learning_rate": 0.05}),
    "adadelta": ("AdadeltaOptimizer", {"learning_rate": 0.5, "rho": 0.9, "epsilon": 1e-4}),
    "rmsprop": ("RMSPropOptimizer", {"learning_rate": 0.005, "momentum": 0.5, "epsilon": 1e-3}),
    "rmsprop_centered": (
        "RMSPropOptimizer",
        {"learning_rate": 0.005, "momentum": 0.5, "epsilon": 1e-2, "centered": True},
    ),
    "ftrl": ("FtrlOptimizer", {"learning_rate": 0.05}),
    "proximal_sgd": (
        "ProximalGradientDescentOptimizer",
        {"learning_rate": 0.05, "l2_regularization_strength": 0.01},
    ),
    "proximal_adagrad": (
        "ProximalAdagradOptimizer",
        {"learning_rate": 0.05, "l2_regularization_strength": 0.01},
    ),
}

X = Feed("x:0", "float32", (4, 3), INPUT)
Y = Feed("y:0", "float32", (4, 2), TARGET)
IDS = Feed("ids:0", "int64", (5,), ROW_IDS)
IDS_Y = Feed("y:0", "float32", (5, 2), TARGET)


def placeholder(feed: Feed) -> tf.Tensor:
    """The placeholder that `feed` fills."""
    return v1.placeholder(feed.dtype, feed.shape, feed.name.removesuffix(":0"))


def variable(name: str, value: Any, resource: bool, dtype: Any = tf.float32) -> Any:
    """A trained variable with fixed initial weights."""
    return v1.get_variable(name, initializer=tf.constant(value, dtype), use_resource=resource)


def optimizer(key: str, **more: Any) -> Any:
    """The optimizer under `key` of the table."""
    cls, hyper = OPTIMIZERS[key]
    if cls == "AdagradDAOptimizer":
        more["global_step"] = train.get_or_create_global_step()
    return getattr(train, cls)(**hyper, **more)


def describe(key: str, names: list[str] | None = None) -> dict[str, Any]:
    """The manifest's entry for an optimizer."""
    cls, hyper = OPTIMIZERS[key]
    return {"class": f"tf.compat.v1.train.{cls}", "hyperparameters": hyper, "variables": names}


def squared_error(output: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """The mean squared error under the name `loss`."""
    return tf.reduce_mean(tf.square(output - target), name="loss")


def dense_loss(resource: bool, dtype: str = "float32") -> tuple[tf.Tensor, list[Feed]]:
    """tanh(x w + b) against y."""
    feeds = [Feed("x:0", dtype, X.shape, INPUT), Feed("y:0", dtype, Y.shape, TARGET)]
    w = variable("w", initial((3, 2)), resource, dtype)
    b = variable("b", initial((2,), 1), resource, dtype)
    x, y = (placeholder(feed) for feed in feeds)
    return squared_error(tf.tanh(tf.matmul(x, w) + b), y), feeds


def sparse_loss(resource: bool) -> tuple[tf.Tensor, list[Feed]]:
    """tanh(embedding[ids] w) against y; ids repeat, row 6 is never looked up."""
    table = variable("embedding", initial((7, 3), 2), resource)
    w = variable("w", initial((3, 2)), resource)
    rows = tf.nn.embedding_lookup(table, placeholder(IDS))
    return squared_error(tf.tanh(tf.matmul(rows, w)), placeholder(IDS_Y)), [IDS, IDS_Y]


def program(
    feeds: list[Feed],
    optimizers: list[dict[str, Any]],
    schedule: list[list[str]] | None = None,
    saver: Any = None,
    loss: str = "loss:0",
) -> Program:
    """Closes the default graph: initializer, saver, list of variables."""
    saver = saver or train.Saver()
    init = v1.global_variables_initializer()
    v1.add_to_collection("init_op", init)
    trained = [_trained(item) for item in v1.trainable_variables()]
    for entry in optimizers:
        entry["variables"] = entry["variables"] or [item.name for item in trained]
    return Program(
        feeds=feeds,
        optimizers=optimizers,
        trained=trained,
        loss=loss,
        schedule=schedule or [["train"]],
        init=init.name,
        saver=saver,
    )


def _trained(item: Any) -> Trained:
    read = item._graph_element if hasattr(item, "handle") else item.value()
    return Trained(item.op.name, item.dtype.base_dtype.name, tuple(item.shape.as_list()), read.name)


def minimize(opt: Any, loss: tf.Tensor, tap: Tap, change: Callable[[Any], Any] = list, **more: Any) -> Any:
    """Gradients, whatever the model does to them, the tap, the update."""
    variables = more.pop("var_list", None)
    return opt.apply_gradients(
        tap.pairs(change(opt.compute_gradients(loss, variables))), name=more.pop("name", "train"), **more
    )


def plain(key: str, sparse: bool, resource: bool, dtype: str, tap: Tap) -> Program:
    """One optimizer, one model, nothing else."""
    loss, feeds = sparse_loss(resource) if sparse else dense_loss(resource, dtype)
    minimize(optimizer(key), loss, tap)
    return program(feeds, [describe(key)])


def conditional(resource: bool, tap: Tap) -> Program:
    """The update sits in a branch that every third step doesn't take."""
    loss, feeds = dense_loss(resource)
    gate = Feed("gate:0", "float32", (), Formula(a=0, b=1, c=0, m=3, offset=0, divisor=1))
    opt = optimizer("momentum")
    pairs = opt.compute_gradients(loss)
    taken = tf.less(placeholder(gate), 1.5)
    done = tf.cond(taken, lambda: _branch(opt, tap.pairs(pairs)), lambda: tf.constant(False))
    tf.identity(done, "train")
    return program([*feeds, gate], [describe("momentum")], [["train:0"]])


def _branch(opt: Any, pairs: Any) -> tf.Tensor:
    with tf.control_dependencies([opt.apply_gradients(pairs)]):
        return tf.constant(True)


def loop(tap: Tap) -> Program:
    """A loop that makes two updates a step in its body."""
    w = variable("w", initial((3, 2)), True)
    opt = optimizer("momentum")
    x, y = placeholder(X), placeholder(Y)
    opt._create_slots([w])

    def body(i: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        loss = tf.reduce_mean(tf.square(tf.tanh(tf.matmul(x, w)) - y))
        pairs = tap.pairs([(tf.gradients(loss, [w])[0], w)])
        with tf.control_dependencies([opt.apply_gradients(pairs)]):
            return i + 1, tf.identity(loss)

    _, last = tf.while_loop(
        lambda i, _: i < 2, body, (tf.constant(0), tf.constant(0.0)), parallel_iterations=1
    )
    tf.identity(last, "train")
    return program([X, Y], [describe("momentum")], [["train:0"]], loss="train:0")


def accumulation(resource: bool, tap: Tap) -> Program:
    """Gradients of three micro-batches are added up, then applied and cleared."""
    loss, feeds = dense_loss(resource)
    opt = optimizer("adam")
    pairs = opt.compute_gradients(loss)
    counter = v1.get_variable("counter", initializer=0, trainable=False, use_resource=resource)
    sums = [
        v1.get_variable(
            f"sum_{i}", initializer=tf.zeros(w.shape), trainable=False, use_resource=resource
        )
        for i, (_, w) in enumerate(pairs)
    ]
    with tf.control_dependencies([loss]):
        added = [v1.assign_add(s, g) for s, (g, _) in zip(sums, pairs)]
    with tf.control_dependencies(added):
        count = v1.assign_add(counter, 1)
    # The branch reads only after every sum has been added to.
    with tf.control_dependencies([count]):
        full = tf.equal(tf.math.floormod(count, 3), 0)
        means = [(tf.identity(s) if not resource else s.read_value()) / 3.0 for s in sums]

    def apply() -> tf.Tensor:
        done = opt.apply_gradients(tap.pairs([(m, w) for m, (_, w) in zip(means, pairs)]))
        with tf.control_dependencies([done]):
            cleared = [v1.assign(s, tf.zeros(s.shape)) for s in sums]
        with tf.control_dependencies([c.op if not resource else c for c in cleared]):
            return tf.constant(True)

    tf.identity(tf.cond(full, apply, lambda: tf.constant(False)), "train")
    return program(feeds, [describe("adam")], [["train:0"]])


def loss_scaling(tap: Tap) -> Program:
    """float16 model on float32 weights, scaled loss, steps with overflow skipped."""
    w = variable("w", initial((3, 2)), True)
    b = variable("b", initial((2,), 1), True)
    spike = Feed("spike:0", "float32", (), Formula(a=0, b=1, c=0, m=7, offset=0, divisor=1))
    half = [tf.cast(item, tf.float16) for item in (placeholder(X), w, b, placeholder(Y))]
    loss = tf.reduce_mean(tf.square(tf.tanh(tf.matmul(half[0], half[1]) + half[2]) - half[3]))
    loss = tf.cast(loss, tf.float32, "loss")
    boost = tf.where(tf.equal(placeholder(spike), 3.0), np.inf, 1.0)
    opt = optimizer("momentum")
    scaled = opt.compute_gradients(loss * 128.0 * boost)
    pairs = [(g / 128.0, w) for g, w in scaled]
    finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(g)) for g, _ in pairs])
    done = tf.cond(finite, lambda: _branch(opt, tap.pairs(pairs)), lambda: tf.constant(False))
    tf.identity(done, "train")
    return program([X, Y, spike], [describe("momentum")], [["train:0"]])


def _clip_value(pairs: Any) -> Any:
    return [(tf.clip_by_value(g, -0.05, 0.05), w) for g, w in pairs]


def _clip_norm(pairs: Any) -> Any:
    return [(tf.clip_by_norm(g, 0.1), w) for g, w in pairs]


def _clip_global_norm(pairs: Any) -> Any:
    clipped, _ = tf.clip_by_global_norm([g for g, _ in pairs], 0.1)
    return [(g, w) for g, (_, w) in zip(clipped, pairs)]


def clipped(change: Callable[[Any], Any], sparse: bool, tap: Tap) -> Program:
    """Gradients are clipped before the update."""
    loss, feeds = sparse_loss(True) if sparse else dense_loss(True)
    minimize(optimizer("adam"), loss, tap, change)
    return program(feeds, [describe("adam")])


def placed(first: str, second: str, resource: bool, tap: Tap) -> Program:
    """Two layers, each on its own device."""
    with tf.device(first):
        w = variable("w", initial((3, 3)), resource)
    with tf.device(second):
        v = variable("v", initial((3, 2), 3), resource)
    x, y = placeholder(X), placeholder(Y)
    with tf.device(first):
        hidden = tf.tanh(tf.matmul(x, w))
    with tf.device(second):
        loss = squared_error(tf.matmul(hidden, v), y)
    opt = optimizer("momentum")
    pairs = opt.compute_gradients(loss, colocate_gradients_with_ops=True)
    opt.apply_gradients(tap.pairs(pairs), name="train")
    return program([X, Y], [describe("momentum")])


def many_variables(resource: bool, tap: Tap) -> Program:
    """104 small variables in one chain of scales and shifts."""
    feeds = [Feed("x:0", "float32", (3, 2), INPUT), Feed("y:0", "float32", (3, 2), TARGET)]
    hidden, y = (placeholder(feed) for feed in feeds)
    for layer in range(52):
        with v1.variable_scope(f"layer_{layer:02d}"):
            scale = variable("scale", 1.0 + initial((3, 2), layer) / 16, resource)
            shift = variable("shift", initial((3, 2), layer + 1) / 16, resource)
        hidden = tf.tanh(hidden) * scale + shift
    loss = squared_error(hidden, y)
    minimize(train.GradientDescentOptimizer(0.01), loss, tap)
    entry = describe("sgd")
    entry["hyperparameters"] = {"learning_rate": 0.01}
    return program(feeds, [entry])


def alternating(tap: Tap) -> Program:
    """Two train ops on different variables, run in turn."""
    loss, feeds = dense_loss(True)
    w, b = v1.trainable_variables()
    minimize(optimizer("adam"), loss, tap, var_list=[w], name="train_w")
    minimize(optimizer("momentum"), loss, tap, var_list=[b], name="train_b")
    return program(
        feeds, [describe("adam", ["w"]), describe("momentum", ["b"])], [["train_w"], ["train_b"]]
    )


def same_variable(tap: Tap) -> Program:
    """Two losses and two optimizers on the same variables, run in turn."""
    loss, feeds = dense_loss(True)
    w, b = v1.trainable_variables()
    minimize(optimizer("sgd"), loss, tap, name="train_fit")
    decay = tf.reduce_sum(tf.square(w)) * 0.1 + tf.reduce_sum(tf.square(b)) * 0.1
    minimize(optimizer("momentum"), decay, tap, name="train_decay")
    return program(feeds, [describe("sgd"), describe("momentum")], [["train_fit"], ["train_decay"]])


def summarized(resource: bool, tap: Tap) -> Program:
    """Every gradient also feeds a histogram, which is fetched with the step."""
    loss, feeds = dense_loss(resource)
    opt = optimizer("adagrad")
    pairs = opt.compute_gradients(loss)
    for gradient, item in pairs:
        v1.summary.histogram(f"gradient/{item.op.name}", gradient)
    v1.summary.scalar("loss_value", loss)
    merged = v1.summary.merge_all()
    opt.apply_gradients(tap.pairs(pairs), name="train")
    return program(feeds, [describe("adagrad")], [["train", merged.name]])


def shared_embedding(resource: bool, tap: Tap) -> Program:
    """One table, looked up by row and multiplied as a matrix (tied weights)."""
    table = variable("embedding", initial((7, 3), 2), resource)
    rows = tf.nn.embedding_lookup(table, placeholder(IDS))
    target = Feed("y:0", "float32", (5, 7), TARGET)
    loss = squared_error(tf.matmul(rows, table, transpose_b=True), placeholder(target))
    minimize(optimizer("sgd"), loss, tap)
    return program([IDS, target], [describe("sgd")])


def saved(kind: str, resource: bool, tap: Tap) -> Program:
    """The plain model with another kind of saver."""
    loss, feeds = dense_loss(resource)
    minimize(optimizer("adam"), loss, tap)
    options = {
        "sharded": {"sharded": True},
        "v1": {"write_version": train.SaverDef.V1},
        "v1_sharded": {"write_version": train.SaverDef.V1, "sharded": True},
        "v2": {"write_version": train.SaverDef.V2, "max_to_keep": 3},
    }[kind]
    return program(feeds, [describe("adam")], saver=train.Saver(**options))


def partitioned(resource: bool, tap: Tap) -> Program:
    """An embedding in two parts, saved as slices of one tensor."""
    with v1.variable_scope(
        "", partitioner=v1.fixed_size_partitioner(2, axis=0), use_resource=resource
    ):
        table = v1.get_variable("embedding", shape=(7, 3), initializer=_slice_initializer)
    rows = tf.nn.embedding_lookup(table, placeholder(IDS))
    w = variable("w", initial((3, 2)), resource)
    loss = squared_error(tf.tanh(tf.matmul(rows, w)), placeholder(IDS_Y))
    minimize(optimizer("adagrad"), loss, tap)
    return program([IDS, IDS_Y], [describe("adagrad")], saver=train.Saver(write_version=train.SaverDef.V1))


def _slice_initializer(shape: Any, dtype: Any = tf.float32, partition_info: Any = None) -> tf.Tensor:
    whole = initial((7, 3), 2)
    first = 0 if partition_info is None else partition_info.var_offset[0]
    return tf.constant(whole[first : first + int(shape[0])], dtype)


def by_hand(sparse: bool, resource: bool, tap: Tap) -> Program:
    """No optimizer class: the gradient times a rate is subtracted with an op."""
    loss, feeds = sparse_loss(resource) if sparse else dense_loss(resource)
    variables = v1.trainable_variables()
    # Ungated, an update in place could overtake another gradient that reads the variable.
    gradients = tf.gradients(loss, variables, gate_gradients=True)
    updates = []
    for gradient, item in tap.pairs(zip(gradients, variables)):
        if isinstance(gradient, tf.IndexedSlices):
            updates.append(v1.scatter_sub(item, gradient.indices, 0.05 * gradient.values))
        else:
            updates.append(v1.assign_sub(item, 0.05 * gradient))
    tf.group(*updates, name="train")
    entry = {"class": "assign_sub and scatter_sub", "hyperparameters": {"learning_rate": 0.05}}
    return program(feeds, [{**entry, "variables": None}])


def averaged_weights(resource: bool, tap: Tap) -> Program:
    """Weight averages and a decaying learning rate hang on the update."""
    loss, feeds = dense_loss(resource)
    step = train.get_or_create_global_step()
    rate = train.exponential_decay(0.05, step, 10, 0.9, staircase=True)
    update = minimize(train.MomentumOptimizer(rate, 0.8), loss, tap, global_step=step, name="update")
    averages = train.ExponentialMovingAverage(0.95)
    with tf.control_dependencies([update]):
        averages.apply(v1.trainable_variables())
        tf.group(v1.get_default_graph().get_operation_by_name("ExponentialMovingAverage"), name="train")
    hyper = {"learning_rate": "0.05 * 0.9 ** (step // 10)", "momentum": 0.8}
    return program(feeds, [{**describe("momentum"), "hyperparameters": hyper}])


def towers(resource: bool, tap: Tap) -> Program:
    """Two towers on halves of the batch share variables; gradients are averaged."""
    w = variable("w", initial((3, 2)), resource)
    xs = tf.split(placeholder(X), 2)
    ys = tf.split(placeholder(Y), 2)
    opt = optimizer("momentum")
    losses, gradients = [], []
    for tower in range(2):
        with tf.device(f"/cpu:{tower}"), v1.name_scope(f"tower_{tower}"):
            losses.append(tf.reduce_mean(tf.square(tf.tanh(tf.matmul(xs[tower], w)) - ys[tower])))
            gradients.append(opt.compute_gradients(losses[-1], [w])[0][0])
    tf.add_n(losses, "loss")
    mean = tf.reduce_mean(tf.stack(gradients), 0)
    opt.apply_gradients(tap.pairs([(mean, w)]), name="train")
    return program([X, Y], [describe("momentum")])


def gated(tap: Tap) -> Program:
    """All gradients are gated through one tuple (GATE_GRAPH)."""
    loss, feeds = dense_loss(False)
    opt = optimizer("rmsprop")
    pairs = opt.compute_gradients(loss, gate_gradients=train.Optimizer.GATE_GRAPH)
    opt.apply_gradients(tap.pairs(pairs), name="train")
    return program(feeds, [describe("rmsprop")])


def same_gradient(tap: Tap) -> Program:
    """One gradient tensor is the gradient of two variables."""
    w = variable("w", initial((4, 2)), True)
    v = variable("v", initial((4, 2), 4), True)
    loss = squared_error(tf.tanh(w + v), placeholder(Y))
    minimize(optimizer("momentum"), loss, tap)
    return program([Y], [describe("momentum")])


def cases() -> list[Case]:
    """Every TF1 fixture."""
    return [*_optimizer_cases(), *_file_form_cases(), *_type_cases(), *_structure_cases()]


def _kind(resource: bool) -> str:
    return "resource" if resource else "ref"


def _optimizer_cases() -> list[Case]:
    return [
        Case(
            f"v1_{key}_{'sparse' if sparse else 'dense'}_{_kind(resource)}",
            "metagraph",
            functools.partial(plain, key, sparse, resource, "float32"),
            sparse=sparse,
        )
        for key in OPTIMIZERS
        for sparse in (False, True)
        for resource in (False, True)
    ]


def _file_form_cases() -> list[Case]:
    return [
        Case(
            f"{form}_{key}_{'sparse_' if sparse else ''}{_kind(resource)}",
            form,
            functools.partial(plain, key, sparse, resource, "float32"),
            sparse=sparse,
        )
        for form, key, sparse, resource in (
            ("graphdef", "sgd", False, False),
            ("graphdef", "adam", False, True),
            ("graphdef", "adagrad", True, True),
            ("pbtxt", "sgd", False, True),
            ("pbtxt", "momentum", True, False),
            ("savedmodel_v1", "adam", False, True),
            ("savedmodel_v1", "momentum", False, False),
            ("savedmodel_v1", "ftrl", True, True),
        )
    ]


def _type_cases() -> list[Case]:
    return [
        Case(
            f"v1_{dtype}_{key}_{_kind(resource)}",
            "metagraph",
            functools.partial(plain, key, False, resource, dtype),
            tolerance=tolerance,
        )
        for dtype, tolerance in (("float64", 1e-9), ("float16", 4e-3), ("bfloat16", 3e-2))
        for key, resource in (("momentum", True), ("sgd", False))
    ]


def _structure_cases() -> list[Case]:
    def case(name: str, build: Callable[..., Program], *args: Any, **more: Any) -> Case:
        form = more.pop("form", "metagraph")
        return Case(f"v1_{name}", form, functools.partial(build, *args), **more)

    second_cpu = "A step needs a session with two CPU devices or soft placement."
    return [
        case("cond_switch_ref", conditional, False, where="cond (Switch, Merge)", control_flow=1),
        case("cond_switch_resource", conditional, True, where="cond (Switch, Merge)", control_flow=1),
        case("cond_if_resource", conditional, True, where="cond (If)"),
        case("while_frames", loop, where="while (Enter, Exit)", control_flow=1),
        case("while_v2", loop, where="while (While)"),
        case("accumulate_switch_ref", accumulation, False, where="cond (Switch, Merge)", control_flow=1),
        case("accumulate_if_resource", accumulation, True, where="cond (If)"),
        case("loss_scale_switch", loss_scaling, where="cond (Switch, Merge)", control_flow=1, tolerance=2e-3),
        case("loss_scale_if", loss_scaling, where="cond (If)", tolerance=2e-3),
        case("clip_value", clipped, _clip_value, False),
        case("clip_norm", clipped, _clip_norm, False),
        case("clip_global_norm", clipped, _clip_global_norm, False),
        case("clip_norm_sparse", clipped, _clip_norm, True, sparse=True),
        case("clip_global_norm_sparse", clipped, _clip_global_norm, True, sparse=True),
        case("two_devices_ref", placed, "/cpu:0", "/gpu:0", False),
        case("two_devices_resource", placed, "/cpu:0", "/gpu:0", True),
        case(
            "parameter_server",
            placed,
            "/job:ps/task:0/cpu:0",
            "/job:worker/task:0/cpu:0",
            True,
            clear_devices=True,
            notes="Runs with its devices cleared or in a cluster with the jobs ps and worker.",
        ),
        case(
            "parameter_server_graphdef",
            placed,
            "/job:ps/task:0",
            "/job:ps/task:1",
            False,
            form="graphdef",
            clear_devices=True,
            notes="Runs with its devices cleared or in a cluster with two tasks of the job ps.",
        ),
        case("many_variables", many_variables, True),
        case("alternating", alternating),
        case(
            "same_variable",
            same_variable,
            notes="Expected values: a filter of its own for each edge, advanced when its train op runs.",
        ),
        case("same_gradient", same_gradient),
        case("summary_ref", summarized, False),
        case("summary_resource", summarized, True),
        case("shared_embedding_ref", shared_embedding, False),
        case("shared_embedding_resource", shared_embedding, True),
        case("saver_sharded", saved, "sharded", True),
        case("saver_v1", saved, "v1", False),
        case("saver_v1_sharded", saved, "v1_sharded", False),
        case("saver_v2", saved, "v2", True),
        case("partitioned_ref", partitioned, False, sparse=True),
        case("partitioned_resource", partitioned, True, sparse=True),
        case("by_hand_dense_ref", by_hand, False, False),
        case("by_hand_dense_resource", by_hand, False, True),
        case("by_hand_sparse_ref", by_hand, True, False, sparse=True),
        case("by_hand_sparse_resource", by_hand, True, True, sparse=True),
        case("averaged_weights", averaged_weights, True),
        case("towers", towers, True, notes=second_cpu),
        case("gate_graph", gated),
    ]
