"""The place between gradient and optimizer, as the fixtures' builders see it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

import filters


@dataclasses.dataclass(frozen=True)
class GradientName:
    """The tensor that reaches the optimizer, by name."""

    variable: str
    tensor: str
    indices: str | None = None


class Tap:
    """Records every gradient on its way to an optimizer and can filter it.

    `kind` None leaves the graph as it is; otherwise a numpy filter with its
    own state for every edge is put in between, and sparse gradients become
    dense first (duplicates summed).
    """

    def __init__(self, kind: str | None = None) -> None:
        self.kind = kind
        self.seen: list[GradientName] = []

    def __call__(self, gradient: Any, variable: Any) -> Any:
        """What the optimizer gets in place of `gradient`."""
        self.seen.append(_name(gradient, variable))
        if self.kind is None:
            return gradient
        dense = tf.convert_to_tensor(gradient)
        step = filters.new_filter(self.kind)
        filtered = tf.numpy_function(lambda g: step(np.asarray(g)), [dense], dense.dtype)
        return tf.ensure_shape(filtered, variable.shape)

    def pairs(self, gradients_and_variables: Any) -> list[tuple[Any, Any]]:
        """Every (gradient, variable) with the gradient sent through the tap."""
        return [(self(gradient, variable), variable) for gradient, variable in gradients_and_variables]


def _name(gradient: Any, variable: Any) -> GradientName:
    name = variable.path if hasattr(variable, "path") else variable.name.split(":")[0]
    if isinstance(gradient, tf.IndexedSlices):
        return GradientName(name, _tensor_name(gradient.values), _tensor_name(gradient.indices))
    return GradientName(name, _tensor_name(gradient))


def _tensor_name(tensor: Any) -> str:
    return tensor.name if hasattr(tensor, "graph") else ""
