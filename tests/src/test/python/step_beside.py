"""The training steps of StepBenchmark in PyTorch: the time of a step, and whether it is the same step.

    python step_beside.py FOLDER [--tasks mnist,qm9] [--threads 2] [--rounds 15] [--only time|weights|rounding]

FOLDER is what StepBenchmark wrote with -Dgrokfast.benchmark.folder. Models, optimizers and filters are those of
the reference (GitHub ironjr/grokfast, commit 93b2248), NNConv as torch_geometric computes it, bond by bond.

weights: from the same start through the same batches, how far the weights are from the same steps in float64: those
exported, and PyTorch's own in float32. Adam's first steps have their full size however small a gradient is, so that a
weight whose gradient is all rounding error goes one way or the other: the largest difference is one of these. Fails
where the share of weights that agree with float64 to 1e-4 is lower by more than half a percent than PyTorch's own.

rounding: how far PyTorch's own float32 is from float64 after the same steps when the hidden units are written down in
another order, which changes nothing but the order of sums; mnist and qm9, so many orders as there are rounds.

time: milliseconds, medians of so many rounds in turn, on the first batch.
"""

import argparse
import pathlib
import statistics
import sys
import time
from collections import deque

import numpy as np
import torch
from torch import nn
from torch.nn import functional

AGREES = 1e-4
FEWER = 0.005


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.ln_2 = nn.LayerNorm(width)
        self.attn = nn.MultiheadAttention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        mask = torch.full((len(x), len(x)), -float("Inf"), dtype=x.dtype)
        x = self.ln_1(x)
        attended, _ = self.attn(x, x, x, attn_mask=torch.triu(mask, diagonal=1), need_weights=False)
        x = x + attended
        return x + self.mlp(self.ln_2(x))


class Decoder(nn.Module):
    names = {"attn.in_proj_": "attention.in_projection.", "attn.out_proj": "attention.out_projection",
             "mlp.0": "mlp.expand", "mlp.2": "mlp.contract"}
    tables = ("token_embeddings", "position_embeddings")

    def __init__(self):
        super().__init__()
        self.token_embeddings = nn.Embedding(99, 128)
        self.position_embeddings = nn.Embedding(5, 128)
        self.layers = nn.ModuleList(Block(128, 4) for _ in range(2))
        self.ln_f = nn.LayerNorm(128)
        self.head = nn.Linear(128, 99, bias=False)

    def forward(self, batch):
        tokens = batch["tokens"].t()
        h = self.token_embeddings(tokens) + self.position_embeddings(torch.arange(len(tokens)))[:, None]
        for layer in self.layers:
            h = layer(h)
        logits = self.head(self.ln_f(h))[-1]
        right = (logits.argmax(1) == batch["answers"]).float().mean()
        return functional.cross_entropy(logits, batch["answers"]), right


class Perceptron(nn.Module):
    names = {}
    tables = ()

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 200)
        self.second = nn.Linear(200, 200)
        self.head = nn.Linear(200, 10)

    def forward(self, batch):
        logits = self.head(torch.relu(self.second(torch.relu(self.first(batch["images"])))))
        wanted = functional.one_hot(batch["labels"], 10).to(logits.dtype)
        right = (logits.argmax(1) == batch["labels"]).float().mean()
        return functional.mse_loss(logits, wanted), right


class Sentiment(nn.Module):
    tables = ("embedding",)

    def __init__(self, words):
        super().__init__()
        self.embedding = nn.Embedding(words, 64)
        self.lstm = nn.LSTM(64, 256, 2, batch_first=True)
        self.head = nn.Linear(256, 1)

    def forward(self, batch):
        hidden, _ = self.lstm(self.embedding(batch["tokens"]))
        logits = self.head(hidden[:, -1])[:, 0]
        labels = batch["labels"].to(logits.dtype)
        right = ((logits > 0) == (labels > 0)).float().mean()
        return functional.binary_cross_entropy_with_logits(logits, labels), right


class Convolution(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.inputs, self.outputs = inputs, outputs
        self.edge_hidden = nn.Linear(4, 32)
        self.edge_out = nn.Linear(32, inputs * outputs)
        self.root = nn.Linear(inputs, outputs)

    def forward(self, x, batch):
        orders = functional.one_hot(batch["bond_orders"] - 1, 4).to(x.dtype)
        kernels = self.edge_out(torch.relu(self.edge_hidden(orders))).view(-1, self.inputs, self.outputs)
        messages = torch.matmul(x[batch["bond_sources"]].unsqueeze(1), kernels).squeeze(1)
        received = torch.zeros(len(x), self.outputs, dtype=x.dtype)
        return self.root(x) + received.index_add(0, batch["bond_targets"], messages)


class Molecules(nn.Module):
    names = {}
    tables = ()

    def __init__(self):
        super().__init__()
        self.conv1 = Convolution(11, 32)
        self.conv2 = Convolution(32, 16)
        self.hidden = nn.Linear(16, 32)
        self.head = nn.Linear(32, 1)

    def forward(self, batch):
        x = torch.relu(self.conv2(torch.relu(self.conv1(batch["atoms"], batch)), batch))
        count = len(batch["polarisabilities"])
        pooled = torch.zeros(count, 16, dtype=x.dtype).index_add(0, batch["molecules"], x)
        predicted = self.head(torch.relu(self.hidden(pooled)))[:, 0]
        return functional.mse_loss(predicted, batch["polarisabilities"]), torch.zeros(())


def adam(parameters):
    optimizer = torch.optim.Adam(parameters, lr=1e-3, betas=(0.9, 0.98), weight_decay=0.005)
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, lambda update: min(update / 10, 1))


def adamw(rate, decay):
    return lambda parameters: (torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.999), weight_decay=decay), None)


# Optimizer, clip norm, (alpha, lamb) and (window, lamb), steps in a row.
TASKS = {
    "algorithmic": (adam, 0, (0.98, 2.0), (100, 5.0), 5),
    "mnist": (adamw(1e-3, 2.0), 0, (0.8, 0.1), (10, 0.1), 30),
    "imdb": (adamw(3e-4, 10.0), 5, (0.98, 2.0), (100, 5.0), 1),
    "qm9": (adamw(1e-3, 0.01), 0, (0.9, 1.0), (20, 1.0), 30),
}


def arrays(folder):
    return {file.name[: -len(".npy")]: np.load(file) for file in sorted(folder.glob("*.npy"))}


def model(task, start):
    if task == "imdb":
        return Sentiment(len(start["embedding.weight"]))
    return {"algorithmic": Decoder, "mnist": Perceptron, "qm9": Molecules}[task]()


def to_torch(network, exported):
    """The exported parameters by their names and in their layouts in PyTorch."""
    if isinstance(network, Sentiment):
        found = {name: exported[name] for name in ("embedding.weight", "head.bias")}
        found["head.weight"] = exported["head.weight"].T
        for layer, inputs in ((0, 64), (1, 256)):
            kernel = exported[f"lstm.{layer}.kernel"]
            found[f"lstm.weight_ih_l{layer}"] = kernel[:inputs].T
            found[f"lstm.weight_hh_l{layer}"] = kernel[inputs:].T
            found[f"lstm.bias_ih_l{layer}"] = exported[f"lstm.{layer}.input_bias"]
            found[f"lstm.bias_hh_l{layer}"] = exported[f"lstm.{layer}.hidden_bias"]
        return found
    found = {}
    for name, _ in network.named_parameters():
        there = name
        for ours, theirs in network.names.items():
            there = there.replace(ours, theirs)
        value = exported[there]
        found[name] = value.T if value.ndim == 2 and not name.startswith(network.tables or ("-",)) else value
    return found


class Run:
    """A training run in PyTorch."""

    def __init__(self, task, start, arm, dtype):
        optimizer, self.clip, self.ema, self.ma, _ = TASKS[task]
        self.network = model(task, start)
        self.network.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(value))
                                      for name, value in to_torch(self.network, start).items()})
        self.network.to(dtype)
        self.parameters = list(self.network.parameters())
        self.optimizer, self.schedule = optimizer(self.parameters)
        self.arm = arm
        self.state = None

    def filter(self):
        gradients = [parameter.grad for parameter in self.parameters]
        if self.arm == "ema":
            alpha, lamb = self.ema
            if self.state is None:
                self.state = [gradient.clone() for gradient in gradients]
            for i, gradient in enumerate(gradients):
                self.state[i] = self.state[i] * alpha + gradient * (1 - alpha)
                gradient.add_(self.state[i] * lamb)
        elif self.arm == "ma":
            window, lamb = self.ma
            if self.state is None:
                self.state = [deque(maxlen=window) for _ in gradients]
            for last, gradient in zip(self.state, gradients):
                last.append(gradient.clone())
                if len(last) == window:
                    gradient.add_(sum(last) / window * lamb)

    def fill(self):
        """Makes the window as full as it is in a long run."""
        if self.arm == "ma":
            for last in self.state:
                while len(last) < last.maxlen:
                    last.append(last[-1].clone())

    def step(self, batch):
        self.optimizer.zero_grad()
        loss, right = self.network(batch)
        loss.backward()
        if self.clip:
            nn.utils.clip_grad_norm_(self.parameters, self.clip)
        self.filter()
        self.optimizer.step()
        if self.schedule:
            self.schedule.step()
        return loss.item(), right.item()

    def train(self, data, steps):
        """So many steps through the batches, again and again; the losses."""
        return [self.step(data[i % len(data)])[0] for i in range(steps)]

    def values(self):
        """The parameters as they are."""
        return {name: value.detach().clone() for name, value in self.network.named_parameters()}


def batches(folder, dtype):
    count = len(list((folder / "batches").iterdir()))
    all_batches = []
    for number in range(count):
        batch = {name: torch.from_numpy(value) for name, value in arrays(folder / "batches" / str(number)).items()}
        all_batches.append({name: value.to(dtype if value.is_floating_point() else torch.int64)
                            for name, value in batch.items()})
    return all_batches


def weights(task, folder, start):
    print(f"{task}: largest difference of a weight to float64, and the share within {AGREES:g}")
    good = True
    for arm in ("none", "ema", "ma"):
        exported = arrays(folder / arm)
        losses = exported.pop("losses")
        runs = {}
        for dtype in (torch.float32, torch.float64):
            run = Run(task, start, arm, dtype)
            own = run.train(batches(folder, dtype), len(losses))
            runs[dtype] = ({name: value.double().numpy() for name, value in run.values().items()}, own)
        network = model(task, start)
        exact = runs[torch.float64][0]
        sides = {"exported": to_torch(network, exported), "PyTorch": runs[torch.float32][0]}
        share = {}
        for side, values in sides.items():
            differences = {name: np.abs(values[name].astype(np.float64) - exact[name]) for name in exact}
            name = max(differences, key=lambda each: differences[each].max())
            flat = np.concatenate([each.ravel() for each in differences.values()])
            share[side] = (flat < AGREES).mean()
            loss = losses[-1] if side == "exported" else runs[torch.float32][1][-1]
            off = abs(loss - runs[torch.float64][1][-1])
            print(f"  {arm:5} {side:9} {flat.max():.1e} in {name:32} {share[side]:9.4%}"
                  f"   last loss off by {off:.1e}")
        good &= share["exported"] > share["PyTorch"] - FEWER
    return good


# Hidden layers: whose outputs, and whose inputs, are written down in another order.
HIDDEN = {
    "mnist": (("first", "second"), ("second", "head")),
    "qm9": (("conv1.edge_hidden", "conv1.edge_out"), ("conv2.edge_hidden", "conv2.edge_out"), ("hidden", "head")),
}


def reordered(parameters, task, seed):
    """The parameters with the hidden units in another order; seed 0 keeps it."""
    found = dict(parameters)
    orders = np.random.default_rng(seed)
    for outputs, inputs in HIDDEN[task]:
        units = len(found[f"{outputs}.bias"])
        order = orders.permutation(units) if seed else np.arange(units)
        found[f"{outputs}.weight"] = found[f"{outputs}.weight"][order]
        found[f"{outputs}.bias"] = found[f"{outputs}.bias"][order]
        found[f"{inputs}.weight"] = found[f"{inputs}.weight"][:, order]
    return found


def rounding(task, folder, start, rounds):
    steps = len(np.load(folder / "none" / "losses.npy"))

    def end(seed, dtype):
        run = Run(task, start, "none", dtype)
        run.network.load_state_dict(reordered(run.values(), task, seed))
        run.train(batches(folder, dtype), steps)
        return {name: value.double() for name, value in run.values().items()}

    exact = end(0, torch.float64)
    found = []
    for seed in range(rounds):
        rounded = end(seed, torch.float32)
        there = reordered(exact, task, seed)
        off = torch.cat([(rounded[name] - there[name]).abs().ravel() for name in there])
        found.append((off.max().item(), int((off > AGREES).sum())))
    print(f"{task}: PyTorch's float32 to float64, {rounds} orders of the hidden units: largest difference of a weight,"
          f" and how many differ by more than {AGREES:g}")
    print("  " + ", ".join(f"{largest:.1e} {count}" for largest, count in sorted(found)))


def times(task, folder, start, rounds):
    batch = batches(folder, torch.float32)[0]
    in_a_row = TASKS[task][-1]
    runs = {arm: Run(task, start, arm, torch.float32) for arm in ("none", "ema", "ma")}
    for run in runs.values():
        run.step(batch)
        run.fill()
    found = {arm: [] for arm in runs}
    for turn in range(rounds + 1):
        for arm, run in runs.items():
            begin = time.perf_counter()
            for _ in range(in_a_row):
                run.step(batch)
            if turn > 0:
                found[arm].append((time.perf_counter() - begin) / in_a_row * 1e3)
    print(f"{task}: ms of a step, median (lowest, highest); over no filter")
    for arm, values in found.items():
        ratio = statistics.median(a / b for a, b in zip(values, found["none"]))
        print(f"  {arm:5} {statistics.median(values):8.2f} ({min(values):.2f}, {max(values):.2f})  {ratio:.2f}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--tasks", default=",".join(TASKS))
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--only", choices=("time", "weights", "rounding"))
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    print("PyTorch", torch.__version__, "on", torch.get_num_threads(), "threads")
    good = True
    for task in chosen.tasks.split(","):
        folder = chosen.folder / task
        start = arrays(folder / "start")
        if chosen.only in (None, "weights"):
            good &= weights(task, folder, start)
        if chosen.only in (None, "rounding") and task in HIDDEN:
            rounding(task, folder, start, chosen.rounds)
        if chosen.only in (None, "time"):
            times(task, folder, start, chosen.rounds)
    if not good:
        sys.exit("fewer exported weights agree with float64 than PyTorch's own do")


if __name__ == "__main__":
    main()
