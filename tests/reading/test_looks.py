"""A look at a line counts in what is known beforehand, unless rules say more; and it is the real model that looks."""

import numpy as np
import pytest

from digitrec.data.mnist import Mnist
from digitrec.reading.decode import Text, likeliest
from digitrec.reading.ink import find_ink
from digitrec.reading.layout import find_lines
from digitrec.reading.looks import look_at
from digitrec.reading.pattern import Pattern
from digitrec.reading.picture import load_picture
from digitrec.reading.prior import with_prior
from digitrec.reading.reader import shipped_model


@pytest.mark.parametrize("number", [(1, 0, 0, 0), (0, 7)])
def test_what_is_known_beforehand_counts_where_there_are_no_rules(mnist: Mnist, number: tuple[int, ...]) -> None:
    images = [mnist.validation.images[mnist.validation.labels == digit][0] for digit in number]
    (line,) = find_lines(find_ink(load_picture(255 - np.hstack(images))))

    free = look_at(line, shipped_model(), None, again=False)
    by_ink = likeliest(free.columns)
    assert chances(free.texts) == chances(with_prior(by_ink)) != chances(by_ink)
    ruled = look_at(line, shipped_model(), Pattern.compile(pattern=r"\d+"), again=False)
    assert dict(chances(ruled.texts)).items() <= dict(chances(likeliest(ruled.columns, 40))).items()


def chances(texts: list[Text]) -> list[tuple[tuple[int, ...], float]]:
    return [(text.signs, round(text.log_probability, 6)) for text in texts]
