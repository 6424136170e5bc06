"""Three published recipes in torch, as their authors set them, rewritten from the settings.

`example`: PyTorch's own MNIST example, 14 epochs of Adadelta through a DataLoader (pytorch/examples,
mnist). `lenet`: LeNet-5 with the settings of SimpleChains' comparison, Adam 3e-4, 20 epochs, batches
of 128 (julialang.org, 2022-04, *Simple Chains*; its batch grows with the threads). `one-epoch`: the
recipe published as 0.762 s on a GTX 1660 Ti (tuomaso/train_mnist_fast, notebook 8), once as published
and once, `one-epoch-channels-last`, in the order of memory that processors like better. On a CUDA card where there is
one, the digits there too but for `example`, whose loader hands them over batch by batch.
In, out: as `measuring.py`, the recipe's name as fourth argument.
"""

import sys
from collections.abc import Callable

import numpy as np
import torch
from measuring import Clock, arguments, report
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

MEAN, DEVIATION = 0.1307, 0.3081
Train = Callable[[nn.Module, Tensor, Tensor], None]
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def main() -> None:
    """Train once and print the row."""
    mnist, seed, folder = arguments()
    name = sys.argv[4]
    torch.manual_seed(seed)
    network, train = RECIPES[name]()
    network.to(DEVICE)
    place = torch.device("cpu") if name == "example" else DEVICE
    images, test_images = _numbers(mnist.train_images).to(place), _numbers(mnist.test_images)
    labels = torch.from_numpy(mnist.train_labels).to(place, torch.int64)
    nn.functional.cross_entropy(network.eval()(images[:128].to(DEVICE)), labels[:128].to(DEVICE)).backward()
    network.zero_grad()
    # With the first optimizer of a process torch loads its compiler, which takes seconds and is no training.
    torch.optim.Adam(network.parameters())

    clock = Clock()
    train(network, images, labels)
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()
    clocks = clock.read()
    torch.save(network.state_dict(), folder / "model.pt")
    predicted = _predicted(network, test_images)
    report(predicted, mnist.test_labels, clocks, f"torch {torch.__version__}", compiler_loaded=True)


def example() -> tuple[nn.Module, Train]:
    """Return PyTorch's example."""
    network = nn.Sequential(
        *(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)),
        *(nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10)),
    )

    def train(network: nn.Module, images: Tensor, labels: Tensor) -> None:
        optimizer = torch.optim.Adadelta(network.parameters(), lr=1.0)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
        loader = DataLoader(TensorDataset(images, labels), batch_size=64, shuffle=True)
        for _ in range(14):
            network.train()
            for batch, expected in loader:
                _step(network, optimizer, batch.to(DEVICE), expected.to(DEVICE))
            schedule.step()

    return network, train


def lenet() -> tuple[nn.Module, Train]:
    """Return LeNet-5 as SimpleChains has it."""
    network = nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )

    def train(network: nn.Module, images: Tensor, labels: Tensor) -> None:
        optimizer = torch.optim.Adam(network.parameters(), lr=3e-4)
        for _ in range(20):
            for chosen in torch.randperm(len(images)).to(images.device).split(128):
                _step(network, optimizer, images[chosen], labels[chosen])

    return network, train


def one_epoch() -> tuple[nn.Module, Train]:
    """Return the one-epoch recipe."""
    network = nn.Sequential(
        *(nn.Conv2d(1, 24, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(24, 32, 3), nn.MaxPool2d(2), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(800, 256), nn.ReLU(), nn.Linear(256, 10)),
    )

    def train(network: nn.Module, images: Tensor, labels: Tensor) -> None:
        optimizer = torch.optim.Adam(network.parameters(), lr=0.01, betas=(0.7, 0.9))
        # In one order, drawn beforehand; that much of the clock is a hundredth of a second.
        order = torch.randperm(len(images)).to(images.device)
        batches = list(zip(images[order].split(256), labels[order].split(256), strict=True))
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=0.01, total_steps=len(batches), cycle_momentum=False
        )
        for batch, expected in batches:
            _step(network, optimizer, batch, expected)
            schedule.step()

    return network, train


def one_epoch_channels_last() -> tuple[nn.Module, Train]:
    """Return the one-epoch recipe with its tensors in another order of memory."""
    network, train = one_epoch()
    return network.to(memory_format=torch.channels_last), train


def _step(network: nn.Module, optimizer: torch.optim.Optimizer, batch: Tensor, expected: Tensor) -> None:
    network.train()
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(batch), expected).backward()
    optimizer.step()


def _numbers(images: np.ndarray) -> Tensor:
    return (torch.from_numpy(images).unsqueeze(1).to(torch.float32) / 255 - MEAN) / DEVIATION


@torch.no_grad()
def _predicted(network: nn.Module, images: Tensor) -> np.ndarray:
    network.eval()
    return torch.cat([network(part.to(DEVICE)).argmax(1).cpu() for part in images.split(1000)]).numpy()


RECIPES: dict[str, Callable[[], tuple[nn.Module, Train]]] = {
    "example": example,
    "lenet": lenet,
    "one-epoch": one_epoch,
    "one-epoch-channels-last": one_epoch_channels_last,
}


if __name__ == "__main__":
    main()
