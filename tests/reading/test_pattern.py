"""Rules for what a line may say: on signs alone, and at work in the search for the likeliest text."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.data.mnist import Mnist
from digitrec.errors import PatternError
from digitrec.reading import pattern as module
from digitrec.reading.looks import texts_by_rules
from digitrec.reading.pattern import Pattern, one_reading
from digitrec.reading.reader import Reader
from digitrec.reading.signs import SIGNS
from digitrec.reading.texts import Columns, Text, likeliest, surety

TEXTS = st.text("0123456789-./", max_size=9)
PATTERNS = [r"\d{4}-\d{2}", r"\d{6}", r"\d+", r"1?2+3*", r"\d{2}[./-]\d{2}([./-]\d{4})?", r"(19|20)\d\d", r"\d\.\d"]


def signs(text: str) -> tuple[int, ...]:
    return tuple(map(SIGNS.index, text))


def columns(*likely: dict[str, float]) -> Columns:
    """Log-probabilities that say one sign after the other, each as likely as here, with nothing between them."""
    said = np.full((2 * len(likely), 1 + len(SIGNS)), 1e-6)
    said[1::2, 0] = 1
    for column, chances in zip(said[::2], likely, strict=True):
        for sign, chance in chances.items():
            column[1 + SIGNS.index(sign)] = chance
    return np.asarray(np.log(said / said.sum(1, keepdims=True)), dtype=np.float32)


def best(said: Columns, pattern: Pattern) -> str:
    texts = [text.signs for text in likeliest(said, allowed=pattern.allows) if pattern.matches(text.signs)]
    return "".join(SIGNS[sign] for sign in texts[0])


def test_expect_counts_digits_and_does_not_mind_separators() -> None:
    pattern = Pattern.compile(expect=3)

    assert all(pattern.matches(signs(text)) for text in ("123", "12.3", "1-2/3", "12?3"))
    assert not any(pattern.matches(signs(text)) for text in ("", "12", "12-", "1234"))
    assert pattern.allows(signs("12"))
    assert pattern.allows(signs("123."))
    assert not pattern.allows(signs("1234"))


def test_a_pattern_without_separators_does_not_mind_them_and_one_that_names_them_demands_them() -> None:
    free, strict = Pattern.compile(pattern=r"\d{6}"), Pattern.compile(pattern=r"\d{4}-\d{2}")

    assert free.matches(signs("2026-11"))
    assert free.matches(signs("202611"))
    assert strict.matches(signs("2026-11"))
    assert strict.matches(signs("?2026-11"))  # what is neither digit nor separator is in no text
    assert not strict.matches(signs("202611"))
    assert not strict.matches(signs("2026/11"))
    assert strict.allows(signs("2026-"))
    assert not strict.allows(signs("202611"))


def test_number_and_pattern_hold_together() -> None:
    pattern = Pattern.compile(2, r"1\d*")

    assert pattern.matches(signs("12"))
    assert not pattern.matches(signs("22"))
    assert not pattern.matches(signs("123"))


def test_without_rules_everything_is_allowed() -> None:
    assert Pattern.compile().matches(signs("1?-.2"))
    assert Pattern.compile().allows(())


@given(text=TEXTS, pattern=st.sampled_from(PATTERNS))
def test_what_matches_was_allowed_at_every_step_and_python_agrees(text: str, pattern: str) -> None:
    rules = Pattern.compile(pattern=pattern)
    expected = any(re.fullmatch(pattern, each) for each in (text, re.sub(r"\D", "", text)))

    assert rules.matches(signs(text)) == expected
    if expected:
        assert all(rules.allows(signs(text[:end])) for end in range(len(text) + 1))


def test_the_second_best_digit_is_taken_where_the_best_breaks_the_rule() -> None:
    said = columns({"2": 1}, {"0": 1}, {"2": 0.6, "-": 0.4}, {"1": 0.7, "7": 0.3})

    assert best(said, Pattern.compile()) == "2021"
    assert best(said, Pattern.compile(pattern=r"\d\d-\d")) == "20-1"
    assert best(said, Pattern.compile(pattern=r"\d+7")) == "2027"
    assert best(said, Pattern.compile(expect=3)) == "20-1"


@pytest.mark.parametrize("pattern", ["-".join([r"\d{6}"] * 8), r"(?:\d{6}-){7}\d{6}", r"\d{4}" * 12, r"[]\d)]{48}"])
def test_repetitions_side_by_side_are_added_not_multiplied(pattern: str) -> None:
    text = "-".join(["123456"] * 8) if "-" in pattern else "123456" * 8

    assert Pattern.compile(pattern=pattern).matches(signs(text))


@pytest.mark.parametrize(
    ("expect", "pattern", "complaint"),
    [
        (0, None, "0 digits to a line; expected a number from 1 to 1,000"),
        (-3, None, "-3 digits"),
        (10**6, None, "1000000 digits"),
        (None, "(", r"pattern '\(': missing \) at position 1; expected a regular expression such as"),
        (None, "*", "nothing to repeat"),
        (None, r"\p{Foo}", "unknown property"),
        (None, r"\d{99999999999999999999}", "repeats too often"),
        (None, r"(?:(?:\d{1000}){1000}){1000}", "repeats too often"),
        (None, r"(?:[)]{200}\({200}){100}", "repeats too often"),
        (None, "", "pattern '': matches nothing that a line can say"),
        (None, "a?", r"pattern 'a\?': matches nothing that a line can say"),
        (None, "[a-z]+", r"pattern '\[a-z\]\+': matches nothing that a line can say"),
        (None, "\n(", r"pattern '\\n\('"),
        (None, "(" * 500 + ")" * 500, "recursion"),
        (None, "(?R)", r"pattern '\(\?R\)': contains itself"),
        (None, r"(?R)?\d", "contains itself"),
        (None, r"(\d(?1)?)", "contains itself"),
        (None, r"(?P<all>\d(?&all)?)", "contains itself"),
        (None, "1" * 1001, "a pattern of 1,001 letters; expected at most 1,000"),
    ],
)
def test_a_rule_that_makes_no_sense_is_one_clear_line(expect: int | None, pattern: str | None, complaint: str) -> None:
    with pytest.raises(PatternError, match=complaint) as caught:
        Pattern.compile(expect, pattern)
    assert "\n" not in str(caught.value)


def test_a_pattern_that_takes_endlessly_is_stopped() -> None:
    pattern = Pattern.compile(pattern=r"(1|11|111)+-3")
    start = time.perf_counter()
    with pytest.raises(PatternError, match="without repetitions within repetitions"):
        pattern.matches(signs("1" * 60))

    assert time.perf_counter() - start < 10


def compared_with_many(begins: str) -> None:
    """Compare as many texts, each for a small part of a second only, as take some seconds together."""
    slow = Pattern.compile(pattern=r"(?:(?:\d|\d\d)+x)|\d+(?<!6)")
    for ends in product("123", repeat=4):
        slow.matches(signs(begins * 24 + "".join(ends)))


@pytest.fixture
def _little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_IN_ALL", 0.3)


@pytest.mark.usefixtures("_little_time")
def test_a_pattern_that_takes_long_on_all_texts_of_a_reading_together_is_stopped() -> None:
    begun = time.process_time()
    with pytest.raises(PatternError, match="without repetitions within repetitions"), one_reading():
        compared_with_many("1")

    assert time.process_time() - begun < 2


@pytest.mark.usefixtures("_little_time")
def test_each_reading_begins_anew_and_is_its_threads_own() -> None:
    @one_reading()
    def is_stopped(begins: str) -> bool:
        with pytest.raises(PatternError):
            compared_with_many(begins)
        return True

    dates = Pattern.compile(pattern=r"\d{4}-\d{2}")
    with one_reading(), ThreadPoolExecutor(1) as pool:
        assert all(pool.map(is_stopped, "23"))
        assert dates.matches(signs("2026-11"))  # nothing was taken of this thread's time
    with one_reading():
        assert dates.matches(signs("2026-12"))


@pytest.mark.parametrize(
    ("expect", "pattern"),
    [
        (3, r"\d{4}"),
        (5, r"\d{4}-\d{2}"),
        (3, r"(19|20)\d\d"),
        (3, r"\d{2}|\d{4}"),
        (3, r"(\d)\1"),
        (2, "[1-37-9]{3}"),
        (999, r"\d{1000}"),
        (6, r"\d{2}[./-]\d{2}([./-]\d{4})?"),
    ],
)
def test_a_number_and_a_pattern_that_no_text_obeys_both_are_refused(expect: int, pattern: str) -> None:
    with pytest.raises(PatternError, match=rf"matches nothing of {expect} digits; expected rules that agree"):
        Pattern.compile(expect, pattern)


@pytest.mark.parametrize(
    ("expect", "pattern"),
    [
        (4, r"\d{4}"),
        (6, r"\d{4}-\d{2}"),
        (3, r"[.,/-]*\d[.,/-]*\d[.,/-]*\d"),
        (4, r"(19|20)\d\d"),
        (2, r"(\d)(?!\1)\d"),
        (1, r"\N{DIGIT FIVE}"),
        (1, "[4-6]"),
        (2, "[^0-46-9]5"),
        (1000, r"\d+"),
        (8, r"\d{2}[./-]\d{2}([./-]\d{4})?"),
        (60, r"(1|11|111)+-3"),  # which it would take endlessly to find out
    ],
)
def test_a_number_and_a_pattern_are_taken_where_some_text_may_obey_both(expect: int, pattern: str) -> None:
    begun = time.process_time()
    assert Pattern.compile(expect, pattern).expect == expect
    assert time.process_time() - begun < 2


@given(text=st.text("0123456789-./", min_size=1, max_size=6), pattern=st.sampled_from(PATTERNS))
@settings(deadline=None)
def test_what_some_text_obeys_is_never_refused(text: str, pattern: str) -> None:
    digits = sum(sign.isdigit() for sign in text)
    if digits and Pattern.compile(pattern=pattern).matches(signs(text)):
        assert Pattern.compile(digits, pattern).matches(signs(text))


def test_a_reading_with_rules_that_take_endlessly_ends(mnist: Mnist) -> None:
    digits = np.hstack([mnist.validation.images[mnist.validation.labels == place % 10][0] for place in range(27)])
    page = np.pad(255 - digits, 40, constant_values=255).repeat(2, axis=0).repeat(2, axis=1)
    reader = Reader(pattern=Pattern.compile(None, r"(?:(?:\d|\d\d)+x)|\d+(?<!6)"))

    with pytest.raises(PatternError, match="without repetitions within repetitions"):
        reader.read(page)


@pytest.mark.parametrize(
    ("given", "words"), [((r"\d{2}",), "pattern='...'"), ((1.5,), "1.5"), ((None, 5), "pattern=5")]
)
def test_rules_that_are_mixed_up_are_refused(given: tuple[Any, ...], words: str) -> None:
    with pytest.raises(PatternError, match=re.escape(words)):
        Pattern.compile(*given)


def sheet(mnist: Mnist, *numbers: str) -> np.ndarray:
    """Return a page with a number a line."""
    page = np.full((60 + 100 * len(numbers), 640), 235, dtype=np.uint8)
    for row, number in enumerate(numbers):
        images = [mnist.validation.images[mnist.validation.labels == int(digit)][1] for digit in number]
        line = np.hstack([image.repeat(2, axis=0).repeat(2, axis=1) for image in images])
        place = page[40 + 100 * row : 96 + 100 * row, 60 : 60 + line.shape[1]]
        np.minimum(place, 235 - (0.75 * line).astype(np.uint8), out=place)
    return page


@pytest.mark.parametrize("expect", [1, 2, 3, 4, 5, 9])
def test_rules_invent_no_digits_drop_none_and_leave_the_lines_as_they_are(mnist: Mnist, expect: int) -> None:
    page = sheet(mnist, "27", "4830", "512")
    plain = Reader().read(page)
    ruled = Reader(pattern=Pattern.compile(expect)).read(page)

    assert plain.text.split() == ["27", "4830", "512"]
    assert ruled.text == plain.text
    against = [warning for warning in ruled.warnings if warning.startswith("against the rules")]
    assert len(against) == sum(len(text) != expect for text in plain.text.split())
    if expect != 2:
        assert ruled.lines[0].confidence == plain.lines[0].confidence


def test_what_rules_choose_over_something_likelier_is_as_sure_as_that_makes_it() -> None:
    said = columns({"1": 0.9, "7": 0.1}, {"5": 1})

    def read(pattern: str) -> tuple[str, float]:
        found = texts_by_rules(said, Pattern.compile(pattern=pattern))
        return "".join(SIGNS[sign] for sign in found[0].signs), round(surety(found), 3)

    assert read(r"1\d") == ("15", round(0.9 / (0.9 + 0.1 * 0.01), 3))
    assert read(r"7\d") == ("75", round(0.1 / (0.1 + 0.9 * 0.01), 3))
    assert read(r"2\d")[0] == "15"  # nothing likely obeys


def test_what_is_usual_in_numbers_counts_for_nothing_beside_rules(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sheet(mnist, "4830")

    def usual(texts: list[Text], **_: bool) -> list[Text]:
        return [Text(signs("9000"), -0.01), *texts]

    monkeypatch.setattr("digitrec.reading.looks.with_prior", usual)

    assert Reader().read(page).text == "9000"
    assert Reader(pattern=Pattern.compile(4)).read(page).text == "4830"
