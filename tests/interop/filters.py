"""The Grokfast filters in numpy, independent of any graph.

All arithmetic is in the state's type with one rounding an operation; the
state is float32 for half, bfloat16 and float32 gradients and float64 for
float64 ones.
"""

from __future__ import annotations

import collections
from typing import Any, Callable

import numpy as np

EMA = {"filter": "ema", "alpha": 0.9, "lamb": 2.0}
MA = {"filter": "ma", "window": 5, "lamb": 5.0, "warmup": True, "type": "mean"}

Filter = Callable[[np.ndarray], np.ndarray]


def state_dtype(gradient_dtype: Any) -> Any:
    """The type in which a filter for such gradients computes."""
    return np.float64 if gradient_dtype == np.float64 else np.float32


def ema(alpha: float, lamb: float, wide: bool = False) -> Filter:
    """m <- alpha*m + (1-alpha)*g, m starts as the first g; g + lamb*m."""
    memory: np.ndarray | None = None

    def step(gradient: np.ndarray) -> np.ndarray:
        nonlocal memory
        kind = np.float64 if wide else state_dtype(gradient.dtype)
        g = gradient.astype(kind)
        if memory is None:
            memory = g
        memory = kind(alpha) * memory + kind(1.0 - alpha) * g
        return (g + kind(lamb) * memory).astype(gradient.dtype)

    return step


def moving_average(window: int, lamb: float, wide: bool = False) -> Filter:
    """g + lamb * mean of the last `window` gradients; g until that many came."""
    queue: collections.deque[np.ndarray] = collections.deque(maxlen=window)

    def step(gradient: np.ndarray) -> np.ndarray:
        kind = np.float64 if wide else state_dtype(gradient.dtype)
        g = gradient.astype(kind)
        queue.append(g)
        if len(queue) < window:
            return gradient
        total = sum(queue, np.zeros_like(g))
        return (g + kind(lamb) * (total / kind(window))).astype(gradient.dtype)

    return step


def new_filter(kind: str) -> Filter:
    """A fresh filter: ema, ma, or identity; a suffix `64` computes in float64."""
    wide = kind.endswith("64")
    match kind.removesuffix("64"):
        case "ema":
            return ema(EMA["alpha"], EMA["lamb"], wide)
        case "ma":
            return moving_average(MA["window"], MA["lamb"], wide)
        case "densified":
            return lambda gradient: gradient
    raise ValueError(f"unknown filter {kind!r}, expected ema, ma or densified")
