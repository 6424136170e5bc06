"""The learning curve as a picture.

In: the epochs of a training. Out: a PNG with loss and accuracy. Knows nothing of runs.
"""

import io
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from digitrec.training.history import Epoch


def draw_curve(history: Sequence[Epoch], title: str) -> bytes:
    """Return a PNG of loss and accuracy by epoch, training and (where kept) validation."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    epochs = [epoch.epoch for epoch in history]
    series = {
        "loss": ([e.loss for e in history], [e.validation_loss for e in history]),
        "accuracy": ([e.accuracy for e in history], [e.validation_accuracy for e in history]),
    }
    for axes, (name, (training, validation)) in zip(figure.subplots(1, 2), series.items(), strict=True):
        axes.plot(epochs, training, marker="o", markersize=3, label="training, while it learns")
        if validation[0] is not None:
            axes.plot(epochs, validation, marker="o", markersize=3, label="validation")
        axes.set(xlabel="epoch", ylabel=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    figure.suptitle(title)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()
