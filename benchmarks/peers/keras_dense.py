"""The notebook's network in Keras 3, exactly as the notebook has it.

In: an `.npz` with `train_images`, `train_labels`, `test_images`, `test_labels`
(MNIST bytes and digits). Out: one JSON line on standard output with the loss
and accuracy of each epoch, the test accuracy and the clocks. With a second `.npz` it
starts from the weights in it (`w1`, `b1`, `w2`, `b2`) and takes the digits in its `orders`,
a row an epoch, in place of Keras's own drawing of both. Runs in an environment of its own
that has Keras and a backend; knows nothing of digitrec.
"""

import json
import os
import resource
import sys
import time

import keras
import numpy as np


def main(data: str, seed: int, epochs: int, start: str | None = None) -> None:
    """Train the network once and print its row."""
    with np.load(data, allow_pickle=False) as arrays:
        train_images, test_images = (prepared(arrays[f"{part}_images"]) for part in ("train", "test"))
        train_labels, test_labels = (
            keras.utils.to_categorical(arrays[f"{part}_labels"], 10) for part in ("train", "test")
        )

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(1000, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.01),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    # One step on data of no meaning, so that compiling is not on the clock; then the start again.
    given = np.load(start, allow_pickle=False) if start else None
    first = [given[name] for name in ("w1", "b1", "w2", "b2")] if given else model.get_weights()
    model.train_on_batch(train_images[:100] * 0, train_labels[:100])
    model.set_weights(first)

    cpu = cpu_seconds()
    clock = time.perf_counter()
    history: dict[str, list[float]] = {"loss": [], "accuracy": []}
    if given:
        for order in given["orders"][:epochs]:
            images, labels = train_images[order], train_labels[order]
            epoch = model.fit(images, labels, batch_size=100, epochs=1, shuffle=False, verbose=0).history
            history = {name: [*values, *epoch[name]] for name, values in history.items()}
    else:
        history = model.fit(train_images, train_labels, batch_size=100, epochs=epochs, shuffle=True, verbose=0).history
    train_seconds = time.perf_counter() - clock
    cpu = cpu_seconds() - cpu
    _, test_accuracy = model.evaluate(test_images, test_labels, batch_size=1000, verbose=0)

    row = {
        "who": "keras from our start" if given else "keras",
        "version": keras.__version__,
        "backend": keras.backend.backend(),
        "seed": seed,
        "loss": history["loss"],
        "accuracy": history["accuracy"],
        "test_accuracy": test_accuracy,
        "train_seconds": train_seconds,
        "cpu_seconds": cpu,
    }
    print(json.dumps(row))


def prepared(images: np.ndarray) -> np.ndarray:
    """Return the notebook's numbers: inverted bytes as float32[n,784] in 0..1."""
    return ((255 - images) / 255).astype(np.float32).reshape(len(images), 784)


def cpu_seconds() -> float:
    """Return user and system time of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
