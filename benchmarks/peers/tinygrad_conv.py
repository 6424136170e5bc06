"""tinygrad's `beautiful_mnist`, from its published settings, on the processor.

Four convolutions (5×5×32 twice, 3×3×64 twice) with batch normalisation and pooling after each pair,
Adam, 70 steps of 512 digits drawn with replacement (tinygrad/tinygrad, examples/beautiful_mnist.py).
Needs clang, with which tinygrad compiles its kernels; compiling is on neither of its own clocks, nor
on the train clock here. In, out: as `measuring.py`.
"""

from importlib import metadata

import numpy as np
from measuring import Clock, arguments, report
from tinygrad import Tensor, TinyJit, nn
from tinygrad.helpers import Context
from tinygrad.nn.state import get_parameters, get_state_dict, safe_save

STEPS, BATCH = 70, 512


class Network:
    """The network."""

    def __init__(self) -> None:
        """Make it."""
        self.convolutions = [nn.Conv2d(1, 32, 5), nn.Conv2d(32, 32, 5), nn.Conv2d(32, 64, 3), nn.Conv2d(64, 64, 3)]
        self.normalisations = [nn.BatchNorm(32), nn.BatchNorm(64)]
        self.head = nn.Linear(576, 10)

    def __call__(self, images: Tensor) -> Tensor:
        """Return logits [n,10] of [n,1,28,28]."""
        for pair, normalisation in zip(((0, 1), (2, 3)), self.normalisations, strict=True):
            for number in pair:
                images = self.convolutions[number](images).relu()
            images = normalisation(images).max_pool2d()
        return self.head(images.flatten(1))


def main() -> None:
    """Train once and print the row."""
    mnist, seed, folder = arguments()
    Tensor.manual_seed(seed)
    images, labels = Tensor(mnist.train_images[:, None]), Tensor(mnist.train_labels.astype(np.int32))
    network = Network()
    optimizer = nn.optim.Adam(get_parameters(network))

    @TinyJit
    @Context(TRAINING=1)
    def step() -> Tensor:
        optimizer.zero_grad()
        chosen = Tensor.randint(BATCH, high=len(mnist.train_images))
        loss = network(images[chosen]).sparse_categorical_crossentropy(labels[chosen]).backward()
        return loss.realize(*optimizer.schedule_step())

    # Its compiler records during the first two steps; they count among the seventy, off the clock.
    for _ in range(2):
        step()
    clock = Clock()
    for _ in range(STEPS - 2):
        loss = step()
    loss.item()
    clocks = clock.read()
    safe_save(get_state_dict(network), str(folder / "model.safetensors"))
    predicted = [
        network(Tensor(mnist.test_images[start : start + 1000, None])).argmax(1).numpy()
        for start in range(0, len(mnist.test_images), 1000)
    ]
    report(np.concatenate(predicted), mnist.test_labels, clocks, f"tinygrad {metadata.version('tinygrad')}")


if __name__ == "__main__":
    main()
