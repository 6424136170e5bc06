"""Dates and round numbers are likelier than what only looks like them; all else stays as it was."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitrec.reading.prior import as_dates, is_date, log_prior, with_prior
from digitrec.reading.signs import SIGNS
from digitrec.reading.texts import Text


def said(text: str, chance: float) -> Text:
    return Text(tuple(SIGNS.index(sign) for sign in text), math.log(chance))


@pytest.mark.parametrize("text", ["9/7/65", "09.07.1965", "7-9-65", "1965-07-09", "12/31/99", "31/12/99", "1965/7/9"])
def test_dates_are_dates(text: str) -> None:
    assert is_date(text)
    assert log_prior(said(text, 1).signs) > 0


def test_what_stands_alone_is_seldom_no_digit_and_beside_others_it_may_be_any() -> None:
    alone = with_prior([said("?", 0.6), said("1", 0.4)])
    beside = [said("?5", 0.6), said("15", 0.4)]

    assert [text.signs for text in alone] == [(1,), (SIGNS.index("?"),)]
    assert sum(math.exp(text.log_probability) for text in alone) == pytest.approx(1)
    assert with_prior(beside) == beside
    assert with_prior([said("?", 0.9), said("1", 0.1)])[0].signs == (SIGNS.index("?"),)


@pytest.mark.parametrize(
    "text", ["", "917165", "9/7", "9/7/6", "9/7/651", "99/7/65", "0/7/65", "13/13/65", "9/7-65", "9//65", "1965-13-13"]
)
def test_what_is_none_is_none(text: str) -> None:
    assert not is_date(text)


def test_a_slash_that_makes_a_date_is_one_though_it_looks_a_little_more_like_a_one() -> None:
    found = with_prior([said("17/4196", 0.5), said("17/4/96", 0.3), said("174196", 0.1)])

    assert found[0].signs == said("17/4/96", 1).signs
    assert math.exp(found[0].log_probability - found[1].log_probability) == pytest.approx(0.3 / 0.1 * 10**7 / 22_500)
    assert sum(math.exp(text.log_probability) for text in found) == pytest.approx(0.9)


def test_the_longer_a_number_would_be_the_likelier_is_the_date_and_other_separators_tell_no_more() -> None:
    dates = ["9/7/65", "19/7/65", "09/07/65", "09/07/1965"]
    priors = [log_prior(said(date, 1).signs) for date in dates]

    assert priors == sorted(set(priors))
    assert log_prior(said("09.07.1965", 1).signs) == log_prior(said("9-7-65", 1).signs) == 3


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("3112172", ["3/12/72", "31/2/72"]),
        ("917/65", ["9/7/65"]),
        ("9/7/65", ["9/7/65"]),
        ("1118196", ["11/8/96", "1/18/96"]),
        ("917265", []),
        ("91716", []),
        ("9171651", []),
        ("9.7.1965", []),
        ("", []),
    ],
)
def test_ones_where_a_date_has_slashes_may_be_some(text: str, dates: list[str]) -> None:
    assert sorted(as_dates(said(text, 1).signs)) == sorted(said(date, 1).signs for date in dates)


@pytest.mark.parametrize("text", ["3/959", "149/045", "33/", "/59", "120/80"])
def test_a_slash_where_people_seldom_put_one_is_more_often_a_one(text: str) -> None:
    with_one = text.replace("/", "1")
    nearly, surely = ([said(text, chance), said(with_one, 0.999 - chance)] for chance in (0.7, 0.99))

    assert with_prior(nearly)[0].signs == said(with_one, 1).signs
    assert with_prior(surely)[0].signs == said(text, 1).signs


@pytest.mark.parametrize("text", ["3/4", "10/12", "9/7/65", "24/12", "500/-", "1.250/?", "1/2-"])
def test_slashes_of_fractions_days_and_before_what_is_no_digit_are_slashes(text: str) -> None:
    assert with_prior([said(text, 0.6), said(text.replace("/", "1"), 0.4)])[0].signs == said(text, 1).signs


def test_what_is_clearly_no_date_stays() -> None:
    texts = [said("917165", 0.99), said("9/7/65", 0.00004)]

    assert with_prior(texts)[0].signs == texts[0].signs


@pytest.mark.parametrize(
    ("likelier", "than"), [("1000", "1800"), ("21.500", "21.502"), ("80000", "00000"), ("7", "07")]
)
def test_round_numbers_are_likelier_and_those_that_begin_with_a_nought_are_less_so(likelier: str, than: str) -> None:
    texts = [said(than, 0.5), said(likelier, 0.4)]

    assert with_prior(texts)[0].signs == said(likelier, 1).signs


@pytest.mark.parametrize(("seen", "rounder"), [("1234", "1000"), ("0711", "711"), ("1820", "1800")])
def test_what_the_ink_leaves_no_doubt_of_stays(seen: str, rounder: str) -> None:
    assert with_prior([said(seen, 0.95), said(rounder, 0.02)])[0].signs == said(seen, 1).signs


@pytest.mark.parametrize(
    "text", ["", "0", "10", "1820", "4711", "-", "12.50", "0.75", "0,5", "05.07", "09-07", "10-00", "10?00", "3/4"]
)
def test_all_else_is_as_likely_as_any(text: str) -> None:
    assert log_prior(said(text, 1).signs) == 0


def test_numbers_are_the_likelier_the_rounder_they_are_but_none_by_more_than_a_date() -> None:
    found = [log_prior(said(text, 1).signs) for text in ("12.000,00", "12.000", "12000-", "1000000", "9.7.65")]

    assert found[0] == found[1] == found[2] > log_prior(said("1200", 1).signs) > 0
    assert found[3] == found[4]


def test_a_nought_in_front_is_no_wonder_where_a_separator_was_taken_out() -> None:
    assert log_prior(said("075", 1).signs) < 0
    assert log_prior(said("075", 1).signs, separated=True) == 0


def test_where_nothing_is_known_nothing_changes() -> None:
    texts = [said("4711", 0.6), said("47/1", 0.3)]

    assert with_prior(texts) == texts


@given(st.lists(st.tuples(st.text(SIGNS, max_size=8), st.floats(1e-6, 1)), min_size=1, max_size=6), st.floats(0.01, 1))
def test_probabilities_stay_probabilities_and_are_together_what_they_were(
    some: list[tuple[str, float]], listed: float
) -> None:
    whole = sum(chance for _, chance in some) / listed
    texts = [said(text, chance / whole) for text, chance in some]

    found = with_prior(texts)

    assert sorted(text.signs for text in found) == sorted(text.signs for text in texts)
    assert sum(math.exp(text.log_probability) for text in found) == pytest.approx(listed)
