"""How fast scikit-learn's MLP answers; it is trained on a few digits, since its weights do not matter here.

In: as `measuring.py`. Out: a JSON line a batch size.
"""

import numpy as np
from measuring import arguments, time_calls
from sklearn.neural_network import MLPClassifier


def main() -> None:
    """Time it and print the rows."""
    mnist, seed, _ = arguments()
    model = MLPClassifier(random_state=seed, max_iter=1000)
    model.fit(numbers(mnist.train_images[:1000]), mnist.train_labels[:1000])
    time_calls("scikit-learn", "MLP", lambda images: model.predict_proba(numbers(images)), mnist.test_images)


def numbers(images: np.ndarray) -> np.ndarray:
    """Return float32[n,784] in 0..1."""
    return images.reshape(len(images), 784).astype(np.float32) / 255


if __name__ == "__main__":
    main()
