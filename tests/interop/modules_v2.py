"""TF2 training steps: `tf.Module`s with a `train` and a `weights` signature."""

from __future__ import annotations

import functools
from typing import Any, Callable

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.trackable.data_structures import NoDependency

from case import Case, Program, Trained
from feeds import INPUT, ROW_IDS, TARGET, Feed, Formula, initial, numpy_dtype
from tap import Tap

KERAS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {"learning_rate": 0.05}),
    "momentum": ("SGD", {"learning_rate": 0.02, "momentum": 0.8}),
    "nesterov": ("SGD", {"learning_rate": 0.02, "momentum": 0.8, "nesterov": True}),
    "adam": ("Adam", {"learning_rate": 0.01, "epsilon": 1e-4}),
    "adamw": ("AdamW", {"learning_rate": 0.01, "epsilon": 1e-4, "weight_decay": 0.01}),
    "adam_amsgrad": ("Adam", {"learning_rate": 0.01, "epsilon": 1e-4, "amsgrad": True}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.005, "epsilon": 1e-3}),
    "rmsprop_centered": (
        "RMSprop",
        {"learning_rate": 0.005, "momentum": 0.5, "centered": True, "epsilon": 1e-2},
    ),
    "adagrad": ("Adagrad", {"learning_rate": 0.05}),
    "adadelta": ("Adadelta", {"learning_rate": 0.5, "rho": 0.9, "epsilon": 1e-4}),
    "adamax": ("Adamax", {"learning_rate": 0.01, "epsilon": 1e-4}),
    "nadam": ("Nadam", {"learning_rate": 0.01, "epsilon": 1e-4}),
    "ftrl": ("Ftrl", {"learning_rate": 0.05}),
    "lion": ("Lion", {"learning_rate": 0.005}),
}

X = Feed("x", "float32", (4, 3), INPUT)
Y = Feed("y", "float32", (4, 2), TARGET)
IDS = Feed("ids", "int64", (5,), ROW_IDS)
IDS_Y = Feed("y", "float32", (5, 2), TARGET)

Loss = Callable[..., tf.Tensor]
Update = Callable[[Any, Any], Any]


def dense_module(dtype: str = "float32") -> tuple[tf.Module, list[tf.Variable]]:
    """w and b of tanh(x w + b)."""
    module = tf.Module()
    kind = numpy_dtype(dtype)
    module.w = tf.Variable(initial((3, 2), 0, kind), name="w")
    module.b = tf.Variable(initial((2,), 1, kind), name="b")
    return module, [module.w, module.b]


def sparse_module() -> tuple[tf.Module, list[tf.Variable]]:
    """embedding and w of tanh(embedding[ids] w)."""
    module = tf.Module()
    module.embedding = tf.Variable(initial((7, 3), 2), name="embedding")
    module.w = tf.Variable(initial((3, 2)), name="w")
    return module, [module.embedding, module.w]


def dense_loss(variables: list[tf.Variable], x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Mean squared error of the dense model."""
    w, b = variables
    return tf.reduce_mean(tf.square(tf.tanh(tf.matmul(x, w) + b) - y))


def sparse_loss(variables: list[tf.Variable], ids: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Mean squared error of the embedding model."""
    table, w = variables
    return tf.reduce_mean(tf.square(tf.tanh(tf.matmul(tf.gather(table, ids), w)) - y))


def program(
    module: tf.Module,
    variables: list[tf.Variable],
    feeds: list[Feed],
    optimizers: list[dict[str, Any]],
    step: Callable[..., tf.Tensor],
) -> Program:
    """Puts the two signatures on the module."""
    specs = [tf.TensorSpec(feed.shape, feed.dtype, feed.name) for feed in feeds]
    names = [item.name.split(":")[0] for item in variables]
    first, second = (feed.name for feed in feeds[:2])
    extra = "".join(f", {feed.name}" for feed in feeds[2:])
    # The parameters' names become the signature's argument names.
    call = eval(f"lambda {first}, {second}{extra}: {{'loss': step({first}, {second}{extra})}}", {"step": step})
    call.__name__ = "train"

    def weights() -> dict[str, tf.Tensor]:
        return {name: item.read_value() for name, item in zip(names, variables)}

    module.train = tf.function(call, input_signature=specs, autograph=False)
    module.weights = tf.function(weights, input_signature=[], autograph=False)
    for entry in optimizers:
        entry["variables"] = entry["variables"] or names
    trained = [
        Trained(name, item.dtype.name, tuple(item.shape.as_list()), name)
        for name, item in zip(names, variables)
    ]
    return Program(feeds, optimizers, trained, "loss", [["train"]], module=module)


def gradients(loss: Loss, variables: list[tf.Variable], *inputs: tf.Tensor) -> tuple[tf.Tensor, list[Any]]:
    """The loss and its gradients from a tape."""
    with tf.GradientTape() as tape:
        value = loss(variables, *inputs)
    return value, tape.gradient(value, variables)


# Keras 3


def keras_optimizer(
    key: str, module: tf.Module, variables: list[tf.Variable], tap: Tap, **more: Any
) -> Any:
    """An optimizer whose variables the module tracks once, as plain variables.

    The optimizer itself is hidden from tracking: saved as well, each of its
    variables would get a second handle and the V1 loader would not find it.
    """
    cls, hyper = KERAS[key]
    scaled = more.pop("loss_scale", None)
    inner = getattr(keras.optimizers, cls)(**{**hyper, **more})
    whole = keras.optimizers.LossScaleOptimizer(inner, **scaled) if scaled else inner
    whole.build(variables)
    _tap_into(inner, variables, tap)
    module.keras_optimizer = NoDependency(whole)
    module.slots = _native(whole)
    return whole


def _native(optimizer: Any) -> list[tf.Variable]:
    found: dict[int, tf.Variable] = {}
    for item in optimizer.variables:
        found.setdefault(id(item.value), item.value)
    return list(found.values())


def _tap_into(optimizer: Any, variables: list[tf.Variable], tap: Tap) -> None:
    """Taps behind Keras's own clipping, where the update begins."""
    clip = optimizer._clip_gradients

    def clip_and_tap(grads: Any) -> list[Any]:
        return [tap(gradient, item) for gradient, item in zip(clip(grads), variables)]

    object.__setattr__(optimizer, "_clip_gradients", clip_and_tap)


def describe_keras(key: str, **more: Any) -> dict[str, Any]:
    """The manifest's entry for a Keras optimizer."""
    cls, hyper = KERAS[key]
    return {
        "class": f"keras.optimizers.{cls}",
        "hyperparameters": {**hyper, **more},
        "variables": None,
    }


def keras_step(key: str, sparse: bool, more: dict[str, Any], tap: Tap) -> Program:
    """One Keras optimizer on one model."""
    module, variables = sparse_module() if sparse else dense_module()
    optimizer = keras_optimizer(key, module, variables, tap, **more)
    loss = sparse_loss if sparse else dense_loss

    def step(*inputs: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = loss(variables, *inputs)
            scaled = optimizer.scale_loss(value) if "loss_scale" in more else value
        optimizer.apply(tape.gradient(scaled, variables), variables)
        return value

    feeds = [IDS, IDS_Y] if sparse else [X, Y]
    return program(module, variables, feeds, [describe_keras(key, **more)], step)


def keras_tracked(key: str, tap: Tap) -> Program:
    """The module tracks the optimizer: two handles for each of its variables."""
    module, variables = dense_module()
    optimizer = keras_optimizer(key, module, variables, tap)
    del module.slots, module.keras_optimizer
    module.keras_optimizer = optimizer

    def step(*inputs: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(dense_loss, variables, *inputs)
        optimizer.apply(grads, variables)
        return value

    return program(module, variables, [X, Y], [describe_keras(key)], step)


# Raw training operations


def _slots(module: tf.Module, variables: list[tf.Variable], *names: str) -> list[list[tf.Variable]]:
    module.slots = [
        [
            tf.Variable(np.zeros(item.shape, item.dtype.as_numpy_dtype), name=f"{item.name.split(':')[0]}_{name}")
            for name in names
        ]
        for item in variables
    ]
    return module.slots


def raw_update(key: str, module: tf.Module, variables: list[tf.Variable]) -> Update:
    """(gradient, variable) -> one training operation, dense or sparse."""
    names = {"sgd": [], "momentum": ["m"], "keras_momentum": ["m"], "adam": ["m", "v"], "adamax": ["m", "v"]}
    names |= {"amsgrad": ["m", "v", "vhat"], "addsign": ["m"], "powersign": ["m"], "adagrad_v2": ["a"]}
    slots = _slots(module, variables, *names[key])
    if key in ("adam", "amsgrad", "adamax"):
        module.step = tf.Variable(0.0, name="step")
    by_variable = {item.ref(): [slot.handle for slot in own] for item, own in zip(variables, slots)}

    def update(gradient: Any, item: tf.Variable) -> Any:
        own = by_variable[item.ref()]
        kind = item.dtype
        if isinstance(gradient, tf.IndexedSlices):
            return _raw_sparse(key, item.handle, own, gradient)
        return _raw_dense(key, item.handle, own, gradient, lambda value: tf.constant(value, kind), module)

    return update


def _raw_dense(
    key: str, var: Any, slot: list[Any], grad: Any, number: Callable[[float], Any], module: tf.Module
) -> Any:
    raw = tf.raw_ops
    if key in ("adam", "amsgrad", "adamax"):
        power = tf.cast(tf.pow(0.9, module.step + 1.0), grad.dtype)
        power2 = tf.cast(tf.pow(0.99, module.step + 1.0), grad.dtype)
    match key:
        case "sgd":
            return raw.ResourceApplyGradientDescent(var=var, alpha=number(0.05), delta=grad)
        case "momentum":
            return raw.ResourceApplyMomentum(
                var=var, accum=slot[0], lr=number(0.02), grad=grad, momentum=number(0.75)
            )
        case "keras_momentum":
            return raw.ResourceApplyKerasMomentum(
                var=var, accum=slot[0], lr=number(0.02), grad=grad, momentum=number(0.75)
            )
        case "adam":
            return raw.ResourceApplyAdam(
                var=var, m=slot[0], v=slot[1], beta1_power=power, beta2_power=power2,
                lr=number(0.01), beta1=number(0.9), beta2=number(0.99), epsilon=number(1e-4), grad=grad,
            )  # fmt: skip
        case "amsgrad":
            return raw.ResourceApplyAdamWithAmsgrad(
                var=var, m=slot[0], v=slot[1], vhat=slot[2], beta1_power=power, beta2_power=power2,
                lr=number(0.01), beta1=number(0.9), beta2=number(0.99), epsilon=number(1e-4), grad=grad,
            )  # fmt: skip
        case "adamax":
            return raw.ResourceApplyAdaMax(
                var=var, m=slot[0], v=slot[1], beta1_power=power, lr=number(0.01),
                beta1=number(0.9), beta2=number(0.99), epsilon=number(1e-4), grad=grad,
            )  # fmt: skip
        case "addsign":
            return raw.ResourceApplyAddSign(
                var=var, m=slot[0], lr=number(0.01), alpha=number(1.0),
                sign_decay=number(0.5), beta=number(0.9), grad=grad,
            )  # fmt: skip
        case "powersign":
            return raw.ResourceApplyPowerSign(
                var=var, m=slot[0], lr=number(0.01), logbase=number(1.0),
                sign_decay=number(0.5), beta=number(0.9), grad=grad,
            )  # fmt: skip
        case "adagrad_v2":
            return raw.ResourceApplyAdagradV2(
                var=var, accum=slot[0], lr=number(0.05), epsilon=number(1e-3), grad=grad
            )
    raise ValueError(f"no dense training operation for {key!r}")


def _raw_sparse(key: str, var: Any, slot: list[Any], grad: tf.IndexedSlices) -> Any:
    unique, position = tf.unique(grad.indices)
    rows = tf.math.unsorted_segment_sum(grad.values, position, tf.shape(unique)[0])
    number = tf.constant
    match key:
        case "sgd":
            return tf.raw_ops.ResourceScatterSub(resource=var, indices=unique, updates=0.05 * rows)
        case "momentum":
            return tf.raw_ops.ResourceSparseApplyMomentum(
                var=var, accum=slot[0], lr=number(0.02), grad=rows, indices=unique, momentum=number(0.75)
            )
        case "keras_momentum":
            return tf.raw_ops.ResourceSparseApplyKerasMomentum(
                var=var, accum=slot[0], lr=number(0.02), grad=rows, indices=unique, momentum=number(0.75)
            )
        case "adagrad_v2":
            return tf.raw_ops.ResourceSparseApplyAdagradV2(
                var=var, accum=slot[0], lr=number(0.05), epsilon=number(1e-3), grad=rows, indices=unique
            )
    raise ValueError(f"no sparse training operation for {key!r}")


RAW_HYPER: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("ApplyGradientDescent", {"learning_rate": 0.05}),
    "momentum": ("ApplyMomentum", {"learning_rate": 0.02, "momentum": 0.75}),
    "keras_momentum": ("ApplyKerasMomentum", {"learning_rate": 0.02, "momentum": 0.75}),
    "adam": ("ApplyAdam", {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-4}),
    "amsgrad": ("ApplyAdamWithAmsgrad", {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-4}),
    "adamax": ("ApplyAdaMax", {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-4}),
    "addsign": ("ApplyAddSign", {"learning_rate": 0.01, "alpha": 1.0, "sign_decay": 0.5, "beta": 0.9}),
    "powersign": ("ApplyPowerSign", {"learning_rate": 0.01, "logbase": 1.0, "sign_decay": 0.5, "beta": 0.9}),
    "adagrad_v2": ("ApplyAdagradV2", {"learning_rate": 0.05, "epsilon": 1e-3}),
}


def describe_raw(key: str, names: list[str] | None = None) -> dict[str, Any]:
    """The manifest's entry for a raw training operation."""
    op, hyper = RAW_HYPER[key]
    return {"class": f"tf.raw_ops.Resource{op}", "hyperparameters": hyper, "variables": names}


def raw_step(key: str, sparse: bool, dtype: str, tap: Tap) -> Program:
    """Gradients straight into a training operation."""
    module, variables = sparse_module() if sparse else dense_module(dtype)
    update = raw_update(key, module, variables)
    loss = sparse_loss if sparse else dense_loss

    def step(*inputs: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(loss, variables, *inputs)
        for gradient, item in tap.pairs(zip(grads, variables)):
            update(gradient, item)
        if hasattr(module, "step"):
            module.step.assign_add(1.0)
        return value

    feeds = [IDS, IDS_Y] if sparse else [Feed(f.name, dtype, f.shape, f.formula) for f in (X, Y)]
    return program(module, variables, feeds, [describe_raw(key)], step)


def structured(build_step: Callable[..., Any], key: str, feeds: list[Feed], tap: Tap) -> Program:
    """The dense model with the update wherever `build_step` puts it."""
    module, variables = dense_module()
    update = raw_update(key, module, variables)

    def apply(grads: list[Any]) -> None:
        for gradient, item in tap.pairs(zip(grads, variables)):
            update(gradient, item)

    step = build_step(module, variables, apply)
    return program(module, variables, feeds, [describe_raw(key)], step)


def _function(body: Callable[..., Any]) -> Any:
    return tf.function(body, autograph=False)


def nested_update(depth: int, module: Any, variables: Any, apply: Any) -> Any:
    """Gradients are handed down through `depth` calls and applied in the last."""
    call = lambda *grads: apply(list(grads)) or tf.constant(0.0)
    for _ in range(depth):
        call = _function(functools.partial(lambda inner, *grads: inner(*grads), call))

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(dense_loss, variables, x, y)
        call(*grads)
        return value

    return step


def nested_step(depth: int, module: Any, variables: Any, apply: Any) -> Any:
    """The whole step sits `depth` calls below the signature's function."""

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(dense_loss, variables, x, y)
        apply(grads)
        return value

    for _ in range(depth):
        step = _function(functools.partial(lambda inner, x, y: inner(x, y), step))
    return lambda x, y: step(x, y)


def nested_loss(module: Any, variables: Any, apply: Any) -> Any:
    """The loss is a function of its own: the gradient comes out of a call."""
    loss = _function(lambda x, y: dense_loss(variables, x, y))

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = loss(x, y)
        apply(tape.gradient(value, variables))
        return value

    return step


def conditional(module: Any, variables: Any, apply: Any) -> Any:
    """The update sits in a branch that every third step doesn't take."""

    def step(x: tf.Tensor, y: tf.Tensor, gate: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(dense_loss, variables, x, y)
        tf.cond(gate < 1.5, lambda: apply(grads) or True, lambda: False)
        return value

    return step


def conditional_step(module: Any, variables: Any, apply: Any) -> Any:
    """Gradient and update both sit in the branch."""

    def branch(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(dense_loss, variables, x, y)
        apply(grads)
        return value

    return lambda x, y, gate: tf.cond(gate < 1.5, lambda: branch(x, y), lambda: tf.constant(0.0))


def loop(module: Any, variables: Any, apply: Any) -> Any:
    """A loop that makes two updates a step in its body."""

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        def body(i: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            value, grads = gradients(dense_loss, variables, x, y)
            apply(grads)
            return i + 1, value

        return tf.while_loop(lambda i, _: i < 2, body, (tf.constant(0), tf.constant(0.0)))[1]

    return step


def accumulate(module: Any, variables: Any, apply: Any) -> Any:
    """Gradients of three micro-batches are added up, then applied and cleared."""
    module.sums = [tf.Variable(tf.zeros_like(item), name=f"sum_{i}") for i, item in enumerate(variables)]
    module.count = tf.Variable(0, name="count")

    def full() -> bool:
        apply([item.read_value() / 3.0 for item in module.sums])
        for item in module.sums:
            item.assign(tf.zeros_like(item))
        return True

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(dense_loss, variables, x, y)
        for item, gradient in zip(module.sums, grads):
            item.assign_add(gradient)
        module.count.assign_add(1)
        tf.cond(tf.equal(module.count % 3, 0), full, lambda: False)
        return value

    return step


def loss_scaling(module: Any, variables: Any, apply: Any) -> Any:
    """float16 model, scaled loss; a step with an overflow is skipped and halves the scale."""
    module.scale = tf.Variable(128.0, name="scale")

    def half_loss(items: Any, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        w, b, x, y = (tf.cast(item, tf.float16) for item in (*items, x, y))
        return tf.cast(dense_loss([w, b], x, y), tf.float32)

    def step(x: tf.Tensor, y: tf.Tensor, spike: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            value = half_loss(variables, x, y)
            scaled = value * module.scale * tf.where(tf.equal(spike, 3.0), np.inf, 1.0)
        grads = [g / module.scale for g in tape.gradient(scaled, variables)]
        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(g)) for g in grads])
        tf.cond(finite, lambda: apply(grads) or True, lambda: False)
        module.scale.assign(tf.where(finite, module.scale, tf.maximum(module.scale / 2.0, 32.0)))
        return value

    return step


def clip_global_norm(module: Any, variables: Any, apply: Any) -> Any:
    """Gradients are clipped together before the update."""

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(dense_loss, variables, x, y)
        apply(tf.clip_by_global_norm(grads, 0.1)[0])
        return value

    return step


def placed(module: Any, variables: Any, apply: Any) -> Any:
    """Forward pass and update ask for different devices."""

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        with tf.device("/gpu:0"):
            value, grads = gradients(dense_loss, variables, x, y)
        with tf.device("/cpu:0"):
            apply(grads)
        return value

    return step


def two_optimizers(tap: Tap) -> Program:
    """One training operation for w, another for b."""
    module, (w, b) = dense_module()
    first = tf.Module()
    module.first = first
    adam = raw_update("adam", first, [w])
    module.second = tf.Module()
    momentum = raw_update("momentum", module.second, [b])

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        value, (gw, gb) = gradients(dense_loss, [w, b], x, y)
        adam(tap(gw, w), w)
        first.step.assign_add(1.0)
        momentum(tap(gb, b), b)
        return value

    optimizers = [describe_raw("adam", ["w"]), describe_raw("momentum", ["b"])]
    return program(module, [w, b], [X, Y], optimizers, step)


def many_variables(tap: Tap) -> Program:
    """104 variables in a chain, trained by Keras SGD."""
    module = tf.Module()
    module.layers = [
        tf.Variable(initial((3, 2), i) / 16 + (i + 1) % 2, name=f"{'shift' if i % 2 else 'scale'}_{i // 2:02d}")
        for i in range(104)
    ]
    variables = list(module.layers)
    optimizer = keras_optimizer("sgd", module, variables, tap)

    def loss(items: list[tf.Variable], x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        for scale, shift in zip(items[::2], items[1::2]):
            x = tf.tanh(x) * scale + shift
        return tf.reduce_mean(tf.square(x - y))

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        value, grads = gradients(loss, variables, x, y)
        optimizer.apply(grads, variables)
        return value

    feeds = [Feed("x", "float32", (3, 2), INPUT), Feed("y", "float32", (3, 2), TARGET)]
    return program(module, variables, feeds, [describe_keras("sgd")], step)


def assigned(tap: Tap) -> Program:
    """No optimizer: `w.assign(w - rate * g)`, `b.assign_sub(rate * g)`."""
    module, (w, b) = dense_module()

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        value, (gw, gb) = gradients(dense_loss, [w, b], x, y)
        gw, gb = tap(gw, w), tap(gb, b)
        w.assign(w - 0.05 * gw)
        b.assign_sub(0.05 * gb)
        return value

    entry = {"class": "assign and assign_sub", "hyperparameters": {"learning_rate": 0.05}, "variables": None}
    return program(module, [w, b], [X, Y], [entry], step)


def cases() -> list[Case]:
    """Every TF2 fixture."""
    return [*_keras_cases(), *_raw_cases(), *_structure_cases()]


CALLED = "function depth 2 (signature wrapper, train)"


def _keras_cases() -> list[Case]:
    plain = [
        Case(
            f"k3_{key}{'_sparse' if sparse else ''}",
            "savedmodel",
            functools.partial(keras_step, key, sparse, {}),
            where=CALLED,
            sparse=sparse,
        )
        for key in KERAS
        for sparse in (False, True)
    ]
    options: list[tuple[str, str, dict[str, Any]]] = [
        ("clipnorm", "adam", {"clipnorm": 0.1}),
        ("clipvalue", "sgd", {"clipvalue": 0.05}),
        ("global_clipnorm", "momentum", {"global_clipnorm": 0.1}),
        ("weight_decay", "momentum", {"weight_decay": 0.01}),
        ("use_ema", "sgd", {"use_ema": True, "ema_momentum": 0.9}),
        ("accumulation", "adam", {"gradient_accumulation_steps": 3}),
        ("loss_scale", "adam", {"loss_scale": {"initial_scale": 128.0, "dynamic_growth_steps": 20}}),
    ]
    in_branch = {"accumulation": ", branch of If", "loss_scale": ", branch of If"}
    special = [
        Case(
            f"k3_{key}_{name}",
            "savedmodel",
            functools.partial(keras_step, key, False, more),
            where=CALLED + in_branch.get(name, ""),
        )
        for name, key, more in options
    ]
    tracked = Case(
        "k3_adam_tracked",
        "savedmodel",
        functools.partial(keras_tracked, "adam"),
        where=CALLED,
        notes="Each optimizer variable is saved under two handles; the V1 loader finds only one.",
    )
    many = Case("k3_sgd_many_variables", "savedmodel", many_variables, where=CALLED)
    return [*plain, *special, tracked, many]


def _raw_cases() -> list[Case]:
    tolerances = {"float32": 1e-5, "float64": 1e-9, "float16": 4e-3, "bfloat16": 3e-2}
    return [
        Case(
            "_".join(["raw", key, *(["sparse"] if sparse else []), *([dtype] if dtype != "float32" else [])]),
            "savedmodel",
            functools.partial(raw_step, key, sparse, dtype),
            where=CALLED,
            sparse=sparse,
            tolerance=tolerances[dtype],
        )
        for key, sparse, dtype in (
            *((key, False, "float32") for key in RAW_HYPER),
            *((key, True, "float32") for key in ("sgd", "momentum", "keras_momentum", "adagrad_v2")),
            ("momentum", False, "float64"),
            ("momentum", False, "float16"),
            ("sgd", False, "bfloat16"),
        )
    ]


def _structure_cases() -> list[Case]:
    gate = Feed("gate", "float32", (), Formula(a=0, b=1, c=0, m=3, offset=0, divisor=1))
    spike = Feed("spike", "float32", (), Formula(a=0, b=1, c=0, m=7, offset=0, divisor=1))
    table: list[tuple[str, Any, str, list[Feed], str]] = [
        ("nested_update_1", functools.partial(nested_update, 1), "momentum", [X, Y], "function depth 3"),
        ("nested_update_2", functools.partial(nested_update, 2), "momentum", [X, Y], "function depth 4"),
        ("nested_step_1", functools.partial(nested_step, 1), "sgd", [X, Y], "function depth 3"),
        ("nested_step_2", functools.partial(nested_step, 2), "momentum", [X, Y], "function depth 4"),
        ("nested_loss", nested_loss, "momentum", [X, Y], CALLED),
        ("cond", conditional, "momentum", [X, Y, gate], CALLED + ", branch of If"),
        ("cond_step", conditional_step, "momentum", [X, Y, gate], CALLED + ", branch of If"),
        ("while", loop, "momentum", [X, Y], CALLED + ", body of While"),
        ("accumulate", accumulate, "momentum", [X, Y], CALLED + ", branch of If"),
        ("loss_scale", loss_scaling, "momentum", [X, Y, spike], CALLED + ", branch of If"),
        ("clip_global_norm", clip_global_norm, "momentum", [X, Y], CALLED),
        ("two_devices", placed, "momentum", [X, Y], CALLED),
    ]
    return [
        *(
            Case(
                f"v2_{name}",
                "savedmodel",
                functools.partial(structured, build, key, feeds),
                where=where,
                tolerance=2e-3 if name == "loss_scale" else 1e-5,
            )
            for name, build, key, feeds, where in table
        ),
        Case("v2_two_optimizers", "savedmodel", two_optimizers, where=CALLED),
        Case("v2_assigned", "savedmodel", assigned, where=CALLED),
    ]
