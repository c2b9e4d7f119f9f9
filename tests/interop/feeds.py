"""Feeds that any language can recompute exactly.

Element ``i`` (row-major) of a feed at step ``t`` (from 0) is

    ((a * i + b * t + c) % m + offset) / divisor

in integer arithmetic, divided by a power of two, so that the value is exact
in float16 and in every wider type.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np


@dataclasses.dataclass(frozen=True)
class Formula:
    """The integers of the formula above."""

    a: int = 7
    b: int = 3
    c: int = 0
    m: int = 11
    offset: int = -5
    divisor: int = 8

    def values(self, shape: tuple[int, ...], step: int, dtype: Any) -> np.ndarray:
        """The feed's value at `step`, as an array of `shape`."""
        i = np.arange(int(np.prod(shape, dtype=np.int64)), dtype=np.int64)
        whole = (self.a * i + self.b * step + self.c) % self.m + self.offset
        return (whole / self.divisor).reshape(shape).astype(dtype)


@dataclasses.dataclass(frozen=True)
class Feed:
    """One input of a training step: a placeholder or a signature's argument."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    formula: Formula

    def at(self, step: int) -> np.ndarray:
        """The array to feed at `step`."""
        return self.formula.values(self.shape, step, numpy_dtype(self.dtype))

    def to_json(self) -> dict[str, Any]:
        """The manifest's form."""
        return {
            "name": self.name,
            "dtype": self.dtype,
            "shape": list(self.shape),
            "formula": dataclasses.asdict(self.formula),
        }

    @staticmethod
    def from_json(entry: dict[str, Any]) -> Feed:
        """Reads what `to_json` wrote."""
        return Feed(entry["name"], entry["dtype"], tuple(entry["shape"]), Formula(**entry["formula"]))


def numpy_dtype(name: str) -> Any:
    """The numpy type of a TensorFlow type's name (bfloat16 included)."""
    if name == "bfloat16":
        import ml_dtypes

        return ml_dtypes.bfloat16
    return np.dtype(name)


INPUT = Formula()
TARGET = Formula(a=5, b=2, c=1, m=7, offset=-3, divisor=4)
# Rows repeat within a step; row 6 of the seven-row tables is never looked up.
ROW_IDS = Formula(a=2, b=1, c=0, m=6, offset=0, divisor=1)


def initial(shape: tuple[int, ...], seed: int = 0, dtype: Any = np.float32) -> np.ndarray:
    """Initial weights: the same formula with its own constants."""
    return Formula(a=3, b=5, c=2, m=13, offset=-6, divisor=16).values(shape, seed, dtype)
