"""RapidOCR, as its own documents say to use it, with the models that its package brings along.

In, out: as `answering.py`. The argument `crops` is recognition alone, for pictures of one line; light
ink on dark is inverted for it, which it does not do itself. `pages` is detection, orientation of the
lines and recognition; what it found side by side is a line. Of its text the digits count.
"""

import sys
from importlib.metadata import version

import cv2
import numpy as np
from answering import Answer, digits_of, serve
from rapidocr import RapidOCR

DARK = 128


def main() -> None:
    """Answer."""
    engine = RapidOCR(params={"Global.log_level": "error"})

    def crop(path: str) -> Answer:
        pixels = cv2.imread(path, cv2.IMREAD_COLOR)
        if np.median(pixels) < DARK:
            pixels = 255 - pixels
        result = engine(pixels, use_det=False, use_cls=False, use_rec=True)
        if not result.txts:
            return "", 0.0
        return digits_of(result.txts[0]), result.scores[0]

    def page(path: str) -> Answer:
        result = engine(path)
        if not result.txts:
            return "", 0.0
        found = [
            (float(np.mean(box[:, 1])), float(np.ptp(box[:, 1])), float(np.min(box[:, 0])), digits_of(text))
            for box, text in zip(np.asarray(result.boxes), result.txts, strict=True)
        ]
        return "|".join(lines_of(found)), float(np.prod(result.scores))

    kind = sys.argv[1]
    name = f"RapidOCR {version('rapidocr')} on ONNX Runtime {version('onnxruntime')}"
    serve(name, crop if kind == "crops" else page)


def lines_of(found: list[tuple[float, float, float, str]]) -> list[str]:
    """Return the texts line by line, of what has a middle, a height, a left edge and a text each."""
    rows: list[list[tuple[float, float, float, str]]] = []
    for each in sorted(each for each in found if each[3]):
        if rows and abs(each[0] - rows[-1][-1][0]) < each[1] / 2:
            rows[-1].append(each)
        else:
            rows.append([each])
    return ["".join(each[3] for each in sorted(row, key=lambda each: each[2])) for row in rows]


if __name__ == "__main__":
    main()
