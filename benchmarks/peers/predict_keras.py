"""How fast Keras's `predict` answers, with the notebook's network; its weights do not matter here.

In: as `measuring.py`. Out: a JSON line a batch size.
"""

import keras
import numpy as np
from measuring import arguments, time_calls


def main() -> None:
    """Time it and print the rows."""
    mnist, _, _ = arguments()
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(1000, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )

    def ask(images: np.ndarray) -> np.ndarray:
        numbers = ((255 - images) / 255).astype(np.float32).reshape(len(images), 784)
        return model.predict(numbers, batch_size=len(images), verbose=0)

    time_calls("Keras predict", "the notebook's", ask, mnist.test_images)


if __name__ == "__main__":
    main()
