"""The convolutional network of Keras's own MNIST example, with its settings.

conv3×3×32 – pool – conv3×3×64 – pool – dropout 0.5 – softmax; Adam, batches of 128, 15 epochs on nine
tenths of the training digits (keras.io, *Simple MNIST convnet*, 2015-2020). The backend is Keras's
own choice from `KERAS_BACKEND`. In, out: as `measuring.py`.
"""

import keras
import numpy as np
from keras import layers
from measuring import Clock, arguments, report


def main() -> None:
    """Train once and print the row."""
    mnist, seed, folder = arguments()
    images, test_images = (
        (part.astype(np.float32) / 255)[..., None] for part in (mnist.train_images, mnist.test_images)
    )
    labels = keras.utils.to_categorical(mnist.train_labels, 10)
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Conv2D(64, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    # Compiling is not on the clock: a few steps on nothing, of the batches there will be; then the start again.
    model.optimizer.build(model.trainable_variables)
    start, moments = (
        model.get_weights(),
        [keras.ops.convert_to_numpy(variable) for variable in model.optimizer.variables],
    )
    nothing = (images[:240] * 0, labels[:240])
    model.fit(*nothing, batch_size=128, validation_data=nothing, verbose=0)
    model.set_weights(start)
    for variable, value in zip(model.optimizer.variables, moments, strict=True):
        variable.assign(value)

    clock = Clock()
    model.fit(images, labels, batch_size=128, epochs=15, validation_split=0.1, verbose=0)
    clocks = clock.read()
    model.save(folder / "model.keras")
    predicted = model.predict(test_images, batch_size=1000, verbose=0).argmax(1)
    report(predicted, mnist.test_labels, clocks, f"Keras {keras.__version__} on {keras.backend.backend()}")


if __name__ == "__main__":
    main()
