"""The notebook's network in Keras 3, exactly as the notebook has it.

In, out: as `measuring.py`, with the loss and accuracy of each epoch in the row. With a fourth
argument, an `.npz`, it starts from the weights in it (`w1`, `b1`, `w2`, `b2`) and takes the digits in
its `orders`, a row an epoch, in place of Keras's own drawing of both. The backend is Keras's own
choice from `KERAS_BACKEND`.
"""

import sys

import keras
import numpy as np
from measuring import Clock, arguments, report

EPOCHS = 20


def main() -> None:
    """Train the network once and print its row."""
    mnist, seed, folder = arguments()
    start = dict(enumerate(sys.argv)).get(4)
    train_images, test_images = prepared(mnist.train_images), prepared(mnist.test_images)
    train_labels = keras.utils.to_categorical(mnist.train_labels, 10)

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
    # Two steps on data of no meaning, so that compiling is not on the clock; then the start again.
    given = np.load(start, allow_pickle=False) if start else None
    first = [given[name] for name in ("w1", "b1", "w2", "b2")] if given else model.get_weights()
    model.fit(train_images[:200] * 0, train_labels[:200], batch_size=100, verbose=0)
    model.set_weights(first)

    clock = Clock()
    history: dict[str, list[float]] = {"loss": [], "accuracy": []}
    if given:
        for order in given["orders"][:EPOCHS]:
            images, labels = train_images[order], train_labels[order]
            epoch = model.fit(images, labels, batch_size=100, epochs=1, shuffle=False, verbose=0).history
            history = {name: [*values, *epoch[name]] for name, values in history.items()}
    else:
        history = model.fit(train_images, train_labels, batch_size=100, epochs=EPOCHS, shuffle=True, verbose=0).history
    clocks = clock.read()
    model.save(folder / "model.keras")
    predicted = model.predict(test_images, batch_size=1000, verbose=0).argmax(1)
    report(
        predicted,
        mnist.test_labels,
        clocks,
        f"Keras {keras.__version__} on {keras.backend.backend()}",
        training_loss=history["loss"],
        training_accuracy=history["accuracy"],
    )


def prepared(images: np.ndarray) -> np.ndarray:
    """Return the notebook's numbers: inverted bytes as float32[n,784] in 0..1."""
    return ((255 - images) / 255).astype(np.float32).reshape(len(images), 784)


if __name__ == "__main__":
    main()
