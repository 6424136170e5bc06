"""Four of scikit-learn's classifiers on pixels / 255, with its own settings but where said.

`mlp`: 100 hidden units, Adam, until it stops by itself or 200 passes. `svm`: RBF kernel, C 5, gamma
0.05 of unit pixels (as in Bottou et al.'s MNIST tables and lessons since). `knn`: three neighbours
weighted by distance. `boosting`: histogram gradient boosting. In, out: as `measuring.py`, the
classifier's name as fourth argument.
"""

import sys

import joblib
import numpy as np
import sklearn
from measuring import Clock, arguments, report
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

MODELS = {
    "mlp": lambda seed: MLPClassifier(random_state=seed),
    "svm": lambda _: SVC(C=5, gamma=0.05, cache_size=2000),
    "knn": lambda _: KNeighborsClassifier(n_neighbors=3, weights="distance", n_jobs=-1),
    "boosting": lambda seed: HistGradientBoostingClassifier(random_state=seed),
}


def main() -> None:
    """Train once and print the row."""
    mnist, seed, folder = arguments()
    images, test_images = (
        part.reshape(len(part), 784).astype(np.float32) / 255 for part in (mnist.train_images, mnist.test_images)
    )
    model = MODELS[sys.argv[4]](seed)
    clock = Clock()
    model.fit(images, mnist.train_labels)
    clocks = clock.read()
    joblib.dump(model, folder / "model.joblib")
    report(model.predict(test_images), mnist.test_labels, clocks, f"scikit-learn {sklearn.__version__}")


if __name__ == "__main__":
    main()
