"""What a builder hands over: one training graph and how to run it."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

from feeds import Feed
from tap import Tap


@dataclasses.dataclass
class Trained:
    """A trained variable and the tensor from which its value is read."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    read: str


@dataclasses.dataclass
class Program:
    """A built training graph (TF1: in the default graph; TF2: in `module`)."""

    feeds: list[Feed]
    optimizers: list[dict[str, Any]]
    trained: list[Trained]
    loss: str
    schedule: list[list[str]] = dataclasses.field(default_factory=list)
    init: str | None = None
    saver: Any = None
    module: Any = None


@dataclasses.dataclass(frozen=True)
class Case:
    """A fixture before it is built.

    `form` is graphdef, pbtxt, metagraph, savedmodel_v1 or savedmodel.
    `control_flow` is the version TF1 graphs are built with.
    """

    name: str
    form: str
    build: Callable[[Tap], Program]
    where: str = "main"
    sparse: bool = False
    control_flow: int = 2
    clear_devices: bool = False
    tolerance: float = 1e-5
    notes: str = ""
