"""Which operations take a gradient on its way to the variable, node by node."""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import re
from typing import Any, Iterator

UPDATE = re.compile(r"^(Resource)?(Sparse)?Apply|Scatter(Nd)?(Add|Sub|Update|Max|Min|Mul|Div)$|^Assign")
# Nodes that carry a gradient further back; in TF2 the gradient of a bias is often itself one of their inputs.
BACKPROP = re.compile(r"(^|/)gradient_tape/|^gradients(_\d+)?/")
CALLS = ("PartitionedCall", "StatefulPartitionedCall")
BRANCHES = ("If", "StatelessIf")
LOOPS = ("While", "StatelessWhile")


class Body:
    """The main graph or one function: nodes, arguments, consumers."""

    def __init__(self, name: str, nodes: Any, arguments: list[str]) -> None:
        self.name = name
        self.nodes = {node.name: node for node in nodes}
        self.arguments = arguments
        self.consumers: dict[str, list[tuple[Any, int]]] = collections.defaultdict(list)
        for node in nodes:
            for index, tensor in enumerate(node.input):
                if not tensor.startswith("^"):
                    self.consumers[tensor.split(":")[0]].append((node, index))

    def takers(self, node: str, index: int) -> Iterator[tuple[Any, int]]:
        """The (node, input) pairs that take output `index` of `node`."""
        for taker, position in self.consumers[node]:
            if _output(taker.input[position]) == index:
                yield taker, position


class Tracer:
    """Follows tensors forwards to updates and handles back to variables."""

    def __init__(self, graph: Any) -> None:
        self.bodies = {"": Body("", graph.node, [])}
        for function in graph.library.function:
            arguments = [argument.name for argument in function.signature.input_arg]
            self.bodies[function.signature.name] = Body(function.signature.name, function.node_def, arguments)

    def locate(self, tensor: str) -> list[str]:
        """The bodies that hold `tensor` and in which it leads to an update."""
        node = tensor.split(":")[0]
        holders = [b.name for b in self.bodies.values() if node in b.nodes or node in b.arguments]
        return [name for name in holders if self.updates(name, tensor)]

    def consumers(self, body: str, tensor: str) -> list[dict[str, Any]]:
        """The direct takers of `tensor`."""
        return [
            {"node": node.name, "op": node.op, "input": index}
            for node, index in self.bodies[body].takers(tensor.split(":")[0], _output(tensor))
        ]

    def updates(self, body: str, tensor: str) -> list[dict[str, Any]]:
        """Every update that `tensor` reaches, with the shortest chain of ops."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        queue = collections.deque([(body, tensor.split(":")[0], _output(tensor), ())])
        seen: set[tuple[str, str, int | None]] = set()
        while queue:
            where, name, index, chain = queue.popleft()
            takers = self.bodies[where].takers(name, index) if index is not None else self.bodies[where].consumers[name]
            for node, position in takers:
                self._visit(where, node, position, chain, found, queue, seen)
        return list(found.values())

    def _visit(self, where: str, node: Any, position: int, chain: Any, found: Any, queue: Any, seen: Any) -> None:
        if BACKPROP.search(node.name):
            return
        chain = (*chain, node.op)
        if UPDATE.search(node.op):
            found.setdefault(
                (where, node.name),
                {
                    "function": where,
                    "node": node.name,
                    "op": node.op,
                    "input": position,
                    "target": self.target(where, node.input[0]),
                    "chain": list(chain),
                },
            )
            return
        # IdentityN (left by a custom gradient) passes each input to its own output.
        output = position if node.op == "IdentityN" else None
        onward = [(where, node.name, output)]
        onward += [(callee, argument, None) for callee, argument in self._enter(node, position)]
        for place in onward:
            if place not in seen:
                seen.add(place)
                queue.append((*place, chain))

    def _enter(self, node: Any, position: int) -> Iterator[tuple[str, str]]:
        for name, shift in _callees(node):
            arguments = self.bodies[name].arguments if name in self.bodies else []
            if 0 <= position - shift < len(arguments):
                yield name, arguments[position - shift]

    def target(self, body: str, tensor: str, depth: int = 0) -> str:
        """The name of the variable behind a handle or reference."""
        name = tensor.split(":")[0]
        current = self.bodies[body]
        if name in current.nodes and depth < 40:
            node = current.nodes[name]
            if node.op in ("Identity", "Switch", "RefSwitch", "Enter", "RefEnter", "Merge", "ReadVariableOp"):
                return self.target(body, node.input[0], depth + 1)
            return name
        for caller in self.bodies.values():
            for node in caller.nodes.values():
                for callee, shift in _callees(node):
                    if callee == body and name in current.arguments and depth < 40:
                        return self.target(
                            caller.name, node.input[current.arguments.index(name) + shift], depth + 1
                        )
        return name


def _callees(node: Any) -> Iterator[tuple[str, int]]:
    if node.op in CALLS:
        yield node.attr["f"].func.name, 0
    elif node.op in BRANCHES:
        yield node.attr["then_branch"].func.name, 1
        yield node.attr["else_branch"].func.name, 1
    elif node.op in LOOPS:
        yield node.attr["body"].func.name, 0


def _output(tensor: str) -> int:
    last = tensor.rsplit(":", 1)
    return int(last[1]) if len(last) == 2 and last[1].isdigit() else 0


def table(manifest: pathlib.Path, select: str) -> str:
    """A Markdown table of the chains of the fixtures whose name matches."""
    lines = ["| fixture | variable | gradient reaches |", "| --- | --- | --- |"]
    for entry in json.loads(manifest.read_text())["fixtures"]:
        if re.search(select, entry["name"]):
            for item in _representatives(entry):
                chains = "; ".join(dict.fromkeys(_chain(u) for g in item["gradients"] for u in g["updates"]))
                kind = " (sparse)" if item["sparse"] else ""
                lines.append(f"| `{entry['name']}` | {item['name']}{kind} | {chains} |")
    return "\n".join(lines)


def _representatives(entry: dict[str, Any]) -> list[dict[str, Any]]:
    sparse = [item for item in entry["variables"] if item["sparse"]]
    return (sparse or entry["variables"])[:1]


def _chain(update: dict[str, Any]) -> str:
    return " → ".join(update["chain"]) + f" [{update['target']}]"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=table.__doc__)
    parser.add_argument("manifest", type=pathlib.Path)
    parser.add_argument("--select", default=".", help="regular expression over fixture names")
    options = parser.parse_args()
    print(table(options.manifest, options.select))
