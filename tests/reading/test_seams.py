"""Which ink of a line belongs to which sign."""

import numpy as np
import numpy.typing as npt
from columns import columns
from hypothesis import given
from hypothesis import strategies as st

from digitrec.reading.decode import said_at
from digitrec.reading.seams import whose_ink

# Two signs, said at pixels 4 to 8 and 16 to 20 of 32: their middles are there if they are not said early.
SAID, STEPS = [(1.0, 2.0), (4.0, 5.0)], 8


def drawn(*strokes: tuple[slice, slice], level: int = 255) -> npt.NDArray[np.uint8]:
    image = np.zeros((28, 32), dtype=np.uint8)
    for stroke in strokes:
        image[stroke] = level
    return image


def test_a_line_is_cut_where_it_has_least_ink() -> None:
    image = np.full((28, 32), 200, dtype=np.uint8)
    image[:, 14] = image[:, 2] = image[:, 24] = 0  # between the two middles, 6 and 18, and beside them

    whose = whose_ink(SAID, STEPS, image)

    assert (whose[:, :14] == 0).all()
    assert (whose[:, 15:] == 1).all()


def test_the_bar_of_a_seven_that_reaches_over_its_neighbour_stays_whole() -> None:
    nought = (slice(10, 24), slice(3, 12))
    seven, bar = (slice(4, 24), slice(20, 23)), (slice(4, 7), slice(9, 23))
    image = drawn(nought, seven, bar)

    whose = whose_ink(SAID, STEPS, image)

    assert (whose[nought] == 0).all()
    assert (whose[seven] == 1).all()
    assert (whose[bar] == 1).all()


def test_what_touches_is_parted_where_it_is_thinnest() -> None:
    left, right = (slice(4, 24), slice(4, 9)), (slice(4, 24), slice(16, 21))
    image = drawn(left, right, (slice(8, 16), slice(9, 13)), (slice(12, 13), slice(13, 16)))

    whose = whose_ink(SAID, STEPS, image)

    assert (whose[8:16, 4:13] == 0).all()
    assert (whose[4:24, 16:21] == 1).all()


def test_signs_are_said_before_they_come() -> None:
    image = np.full((28, 32), 200, dtype=np.uint8)
    image[:, [14, 20]] = 0

    whose = whose_ink(SAID, STEPS, image, lead=10.0)  # so that their middles are at 16 and 28

    assert (whose[:, :20] == 0).all()
    assert (whose[:, 21:] == 1).all()


def test_one_sign_has_all_ink_and_none_has_no_seam() -> None:
    image = np.full((28, 32), 200, dtype=np.uint8)

    assert (whose_ink([(1.0, 2.0)], STEPS, image) == 0).all()
    assert (whose_ink([], STEPS, image) == 0).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from([-50.0, 0.0, 8.0, 50.0]))
def test_signs_are_in_order_in_every_row_whatever_is_said(seed: int, signs: int, lead: float) -> None:
    random = np.random.default_rng(seed)
    said = said_at(columns({2: 1}, {3: 1}, {0: 1}, {4: 1}), tuple(random.integers(0, 10, signs).tolist()))
    image = (255 * (random.random((28, 24)) < 0.3)).astype(np.uint8)

    whose = whose_ink(said, 4, image, lead)

    assert whose.min() >= 0
    assert whose.max() < signs
    assert (np.diff(whose, axis=1) >= 0).all()
