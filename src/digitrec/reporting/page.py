"""The report as one page of HTML that needs nothing else: pictures and charts are inside.

In: `Contents`, the digits, the probabilities. Out: HTML as text. Knows no model and no file.
"""

import base64
import io

import jinja2
import numpy as np
import numpy.typing as npt
from PIL import Image

import digitrec
from digitrec.damage.corrupt import FAMILIES, corrupt
from digitrec.damage.vary import VARIATIONS
from digitrec.data.digits import CLASSES, Digits
from digitrec.reporting.charts import Axis, line_chart
from digitrec.reporting.contents import Contents
from digitrec.scoring.robustness import Curve

_IN_A_CELL = 24
"""Pictures behind a cell of the confusion matrix: all of most, the least sure of those on the diagonal."""

_EXAMPLES = 6
_PERCENT = "{:.0%}"


def page(contents: Contents, probabilities: npt.NDArray[np.floating], test: Digits, train: Digits) -> str:
    """Return the page.

    Parameters
    ----------
    contents
        What it says.
    probabilities
        float[n,10] of the test digits.
    test, train
        The digits themselves, to be seen.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("digitrec", "reporting"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html.j2").render(
        contents=contents,
        version=digitrec.__version__,
        cells=_cells(probabilities, test.labels),
        test=lambda index: picture(test.images[index]),
        train=lambda index: picture(train.images[index]),
        examples={family: _example(test, family) for family in FAMILIES},
        reliability=_reliability(contents),
        answering=_answering(contents),
        curves={curve.name: _curve(curve) for curve in contents.robustness.curves},
        confidence=probabilities.max(axis=1).tolist(),
        predicted=probabilities.argmax(axis=1).tolist(),
    )


def picture(image: npt.NDArray[np.uint8]) -> str:
    """Return uint8[h,w] as the address of a picture that is in the address itself: dark ink on white."""
    buffer = io.BytesIO()
    Image.fromarray(255 - image).save(buffer, format="PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _cells(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.uint8]) -> list[list[list[int]]]:
    """Return for each digit expected and each predicted which test digits to show: the least sure of the right ones."""
    predicted, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    cells = []
    for expected in range(CLASSES):
        row = []
        for other in range(CLASSES):
            there = np.flatnonzero((labels == expected) & (predicted == other))
            order = np.argsort(sure[there] if other == expected else -sure[there], kind="stable")
            row.append(there[order][:_IN_A_CELL].tolist())
        cells.append(row)
    return cells


def _example(test: Digits, family: str) -> str:
    """Return some test digits, damaged, side by side."""
    return picture(np.hstack(list(corrupt(test.images[:_EXAMPLES], family))))


def _reliability(contents: Contents) -> object:
    points = [
        (each.confidence, each.accuracy)
        for each in contents.calibration.bins
        if each.confidence is not None and each.accuracy is not None
    ]
    marks = (0, 0.2, 0.4, 0.6, 0.8, 1)
    across, up = Axis(0, 1, marks, "confidence", _PERCENT), Axis(0, 1, marks, "accuracy", _PERCENT)
    return line_chart(points, across, up, guide=((0, 0), (1, 1)))


def _answering(contents: Contents) -> object:
    most = max(0.0001, *(error for _, error in contents.answering))
    across = Axis(0.5, 1, (0.5, 0.6, 0.7, 0.8, 0.9, 1), "share answered", _PERCENT)
    up = Axis(0, most, [most * part / 4 for part in range(5)], "wrong answers", "{:.2%}")
    return line_chart(contents.answering, across, up)


def _curve(curve: Curve) -> object:
    low, high = min(curve.amounts), max(curve.amounts)
    points = list(zip(curve.amounts, curve.accuracies, strict=True))
    none = VARIATIONS[curve.name].none
    across = Axis(low, high, [amount for amount in curve.amounts if _shown(amount, curve.amounts)], curve.unit)
    return line_chart(
        points, across, Axis(0, 1, (0, 0.25, 0.5, 0.75, 1), "accuracy", _PERCENT), guide=((none, 0), (none, 1))
    )


def _shown(amount: float, amounts: tuple[float, ...]) -> bool:
    """Whether there is room for the amount below the axis: no other that is shown is nearer than a tenth of it."""
    room = (max(amounts) - min(amounts)) / 10
    shown: list[float] = []
    for each in amounts:
        if not shown or each - shown[-1] >= room:
            shown.append(each)
    return amount in shown
