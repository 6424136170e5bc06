"""One step of a training: forward, loss, backward, update.

In: a batch, as `prepare` makes it, and the length of the step. Out: logits, and the network with other weights.
By autograd for every recipe; for the notebook's kind of network also by hand, which saves a tenth of
the time, since nothing is computed, cast or written that is not needed. A test holds the two equal.
Knows nothing of epochs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from digitrec.training.network import Committee
from digitrec.training.recipe import Arithmetic, Recipe
from digitrec.training.recipes import Dense


@dataclass(frozen=True)
class Step:
    """How a network learns from one batch, in two parts, so that what never changes is computed once for all steps."""

    prepare: Callable[[Tensor], Tensor]
    """Images uint8[n,28,28] → what the second part takes of them, n rows."""
    take: Callable[[Tensor, Tensor, float | Tensor], Tensor]
    """That, labels int64[n], length of the step → logits before it, without gradients."""

    def __call__(self, images: Tensor, labels: Tensor, rate: float | Tensor) -> Tensor:
        """Do both."""
        return self.take(self.prepare(images), labels, rate)


_AT_ONCE = 1000
"""Images that are prepared together."""


def by_hand(recipe: Recipe) -> bool:
    """Return whether a recipe's steps are taken by hand: plain gradient descent in dense layers with ReLU."""
    return isinstance(recipe, Dense) and recipe.activation == "relu" and recipe.descends_plainly


def make_step(recipe: Recipe, network: nn.Module, optimizer: torch.optim.Optimizer, arithmetic: Arithmetic) -> Step:
    """Return the recipe's step, in this arithmetic."""
    if by_hand(recipe) and isinstance(network, nn.Sequential):
        return dense_step(network, recipe.label_smoothing, arithmetic)
    return autograd_step(network, optimizer, recipe.label_smoothing, arithmetic)


def autograd_step(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    smoothing: float = 0.0,
    arithmetic: Arithmetic = "float32",
) -> Step:
    """Return a step of any network with any optimizer.

    The members of a committee are gone through one after another, so that only one of them has what it computed
    kept for its gradient: three together would need more memory than a training may.
    """
    whole = network[0] if isinstance(network, nn.Sequential) and len(network) == 1 else network
    members = list(whole.members) if isinstance(whole, Committee) else [network]

    def step(images: Tensor, labels: Tensor, rate: float | Tensor) -> Tensor:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad(set_to_none=True)
        answers = []
        for member in members:
            with torch.autocast(images.device.type, torch.bfloat16, enabled=arithmetic == "bfloat16"):
                logits = member(images).float()
            (cross_entropy(logits, labels, smoothing) / len(members)).backward()
            answers.append(logits.detach())
        optimizer.step()
        return torch.stack(answers, dim=2) if len(answers) > 1 else answers[0]

    return Step(lambda images: images, step)


def dense_step(network: nn.Sequential, smoothing: float = 0.0, arithmetic: Arithmetic = "float32") -> Step:
    """Return a step of plain gradient descent for a preparation, then dense layers with ReLU between them.

    Layers may be without biases, as that of a folded network (`folding.py`).

    What layers give is kept a column to a digit, (width, n): so the products' large matrix is the weights as they
    stand, and libraries have least to rearrange. In float32 the update joins the product that gives the gradient
    (`addmm_`). In bfloat16 the weights stay float32; what goes into the products and what comes out is rounded, and
    inside they add up in float32. With products in bfloat16 alone, what goes into them is rounded inside, so that the
    update joins the product and no copy of the weights is made; that takes a library and a processor that do so fast.
    """
    first, layers = network[0], [layer for layer in network if isinstance(layer, nn.Linear)]
    own: list[Tensor | None] = [layer.bias for layer in layers]
    kind = torch.bfloat16 if arithmetic == "bfloat16" else torch.float32
    # What is as large as the weights has its place: memory that is taken anew in each step costs a twentieth of it.
    rounded = [
        torch.empty_like(layer.weight, dtype=kind) if kind != torch.float32 else layer.weight for layer in layers
    ]
    moves = [torch.empty_like(layer.weight) for layer in layers]

    @torch.no_grad()
    def prepare(images: Tensor) -> Tensor:
        made = torch.empty(len(images), layers[0].in_features, dtype=kind, device=images.device)
        for part, some in zip(made.split(_AT_ONCE), images.split(_AT_ONCE), strict=True):
            part.copy_(first(some))
        return made

    def step(inputs: Tensor, labels: Tensor, rate: float | Tensor) -> Tensor:
        with _products_in(arithmetic):
            return learn(inputs, labels, rate)

    @torch.no_grad()
    def learn(inputs: Tensor, labels: Tensor, rate: float | Tensor) -> Tensor:
        given = [inputs.t()]  # what each layer is given, (width, n)
        weights = [place.copy_(layer.weight) for place, layer in zip(rounded, layers, strict=True)]
        biases = [None if each is None else each.to(kind) for each in own]
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            given.append(_product(weight, given[-1], bias).relu_())
        logits = _product(weights[-1], given[-1], biases[-1]).float()

        # The gradient of the mean cross-entropy is softmax minus label, over n.
        gradient = logits.softmax(0)
        gradient.scatter_add_(0, labels[None], gradient.new_full((1, len(labels)), smoothing - 1))
        if smoothing:
            gradient.sub_(smoothing / len(logits))
        gradient = gradient.mul_(rate / len(labels)).to(kind)
        for number in reversed(range(len(layers))):
            # What comes before is reckoned with the weights as they were.
            before = weights[number].t() @ gradient if number else None
            if (bias := own[number]) is not None:
                bias.sub_(gradient.sum(1))
            # The rounded weights have done their work.
            _move(layers[number].weight, gradient, given[number].t(), rounded[number], moves[number])
            if before is not None:
                # As ReLU's own gradient is: nothing where it gave nothing.
                gradient = torch.ops.aten.threshold_backward(before, given[number], 0)
        return logits.t()

    return Step(prepare, step)


@contextmanager
def _products_in(arithmetic: Arithmetic) -> Iterator[None]:
    """Let products of float32 be of numbers rounded to bfloat16 meanwhile, where the arithmetic says so."""
    if arithmetic != "bfloat16 products":
        yield
        return
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def _move(weight: Tensor, gradient: Tensor, given: Tensor, rounded: Tensor, move: Tensor) -> None:
    """Take gradient times what was given from the weights; in bfloat16 by way of memory as large as they are."""
    if rounded.dtype == weight.dtype:
        weight.addmm_(gradient, given, alpha=-1)
    else:
        weight.sub_(move.copy_(torch.mm(gradient, given, out=rounded)))


def _product(weight: Tensor, given: Tensor, bias: Tensor | None) -> Tensor:
    """Return [units,n], what a layer gives of [width,n]."""
    return weight @ given if bias is None else torch.addmm(bias[:, None], weight, given)


def cross_entropy(logits: Tensor, labels: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return the mean cross-entropy of logits [n,10], or of all members' together, [n,10,members].

    `smoothing` is the share of each label spread over all digits (Szegedy et al. 2016, section 7).
    """
    rows = logits.flatten(2).movedim(1, -1).reshape(-1, logits.shape[1]) if logits.shape[2:] else logits
    expected = labels.repeat_interleave(len(rows) // len(labels)) if len(rows) > len(labels) else labels
    return nn.functional.cross_entropy(rows, expected, label_smoothing=smoothing)


def right(logits: Tensor, labels: Tensor) -> Tensor:
    """Return how many digits are read right, of a committee by the mean of its members."""
    together = logits.softmax(1).flatten(2).mean(2) if logits.shape[2:] else logits
    return (together.argmax(1) == labels).sum()
