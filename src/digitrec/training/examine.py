"""What a finished training is worth: its scores, as they stand in `run.json`.

In: the exported model, the digits, the last epoch. Out: plain values. The test digits are looked at here and nowhere
else in a training, once.
"""

from typing import Any

from digitrec.data.mnist import Mnist
from digitrec.model import Model
from digitrec.scoring.calibration import calibration, selection
from digitrec.scoring.score import score
from digitrec.training.history import Epoch


def examine(model: Model, data: Mnist, last: Epoch) -> dict[str, Any]:
    """Return the scores: of the last epoch, of the model on the test digits, and how well it knows itself."""
    test = data.test
    probabilities = model.probabilities(test.images)
    return {
        "training": {"loss": last.loss, "accuracy": last.accuracy},
        "validation": {"loss": last.validation_loss, "accuracy": last.validation_accuracy},
        "test": score(probabilities, test.labels, doubtful=test.doubtful).to_json(),
        "calibration_error": calibration(probabilities, test.labels).expected_error,
        "error_at_1_percent_declined": selection(probabilities, test.labels).error_at(0.99),
    }
