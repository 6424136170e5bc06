"""Digits are checked once, sliced in order, and coded as rows of the identity."""

import numpy as np
import numpy.typing as npt
import pytest
from complaints import complaint
from hypothesis import given
from hypothesis import strategies as st

from digitrec.data.digits import Digits, joined, one_hot, require_images
from digitrec.data.mnist import Mnist


def blank(count: int) -> npt.NDArray[np.uint8]:
    return np.zeros((count, 28, 28), np.uint8)


@pytest.mark.parametrize(
    ("images", "described"),
    [
        (np.zeros((3, 28, 27), np.uint8), "uint8[3,28,27]"),
        (np.zeros((3, 27, 28), np.uint8), "uint8[3,27,28]"),
        (np.zeros((3, 784), np.uint8), "uint8[3,784]"),
        (np.zeros((28, 28), np.uint8), "uint8[28,28]"),
        (np.zeros((3, 28, 28, 1), np.uint8), "uint8[3,28,28,1]"),
        (np.zeros((3, 28, 28), np.float32), "float32[3,28,28]"),
        (np.zeros((3, 28, 28), np.int8), "int8[3,28,28]"),
    ],
)
def test_images_of_another_shape_or_type_are_refused_and_described(
    images: npt.NDArray[np.uint8], described: str
) -> None:
    labels = np.zeros(3, np.uint8)
    for refuse in (lambda: Digits(images, labels), lambda: require_images(images)):
        said = complaint(refuse)
        assert described in said
        assert "expected uint8[n,28,28]" in said


@pytest.mark.parametrize(
    ("labels", "described"),
    [
        (np.zeros((3, 1), np.uint8), "uint8[3,1]"),
        (np.zeros((), np.uint8), "uint8[]"),
        (np.zeros(3, np.int64), "int64[3]"),
        (np.zeros(3, np.float32), "float32[3]"),
    ],
)
def test_labels_of_another_shape_or_type_are_refused_and_described(
    labels: npt.NDArray[np.uint8], described: str
) -> None:
    said = complaint(lambda: Digits(blank(3), labels, source="the attic"))
    assert said == f"the attic: expected labels as uint8[n], got {described}"


@given(st.lists(st.integers(0, 9), max_size=5), st.integers(10, 255), st.lists(st.integers(0, 255), max_size=5))
def test_the_first_label_that_is_no_digit_is_named_with_its_index(good: list[int], bad: int, others: list[int]) -> None:
    labels = np.array([*good, bad, *others], np.uint8)
    said = complaint(lambda: Digits(blank(len(labels)), labels))
    assert said == f"memory: label {bad} at index {len(good)}; expected labels from 0 to 9"


def test_unequal_numbers_of_images_and_labels_are_refused() -> None:
    said = complaint(lambda: Digits(blank(3), np.zeros(4, np.uint8), source="the attic"))
    assert "the attic: 3 images but 4 labels" in said


def test_no_digits_at_all_are_digits() -> None:
    assert len(Digits(blank(0), np.zeros(0, np.uint8))) == 0


def test_a_slice_holds_those_digits_in_order_and_remembers_where_they_came_from(mnist: Mnist) -> None:
    part = mnist.test[100:90:-2]
    assert len(part) == 5
    assert np.array_equal(part.images, mnist.test.images[[100, 98, 96, 94, 92]])
    assert np.array_equal(part.labels, mnist.test.labels[[100, 98, 96, 94, 92]])
    assert (part.source, part.sha256, part.is_mnist) == (mnist.test.source, mnist.test.sha256, True)


def test_a_slice_does_not_take_doubtful_labels_along_since_their_indices_mean_others_there(mnist: Mnist) -> None:
    assert mnist.test.doubtful
    assert mnist.test[947:].doubtful == ()


def test_joined_digits_follow_each_other(mnist: Mnist) -> None:
    both = joined(mnist.test[:3], mnist.test[7:9])
    assert np.array_equal(both.images, mnist.test.images[[0, 1, 2, 7, 8]])
    assert np.array_equal(both.labels, mnist.test.labels[[0, 1, 2, 7, 8]])
    assert both.is_mnist


def test_mnist_joined_with_other_digits_is_not_mnist(mnist: Mnist) -> None:
    other = Digits(blank(1), np.zeros(1, np.uint8))
    assert not joined(mnist.test[:3], other).is_mnist
    assert not joined(other, mnist.test[:3]).is_mnist


def test_the_ten_digits_are_coded_as_the_identity() -> None:
    coded = one_hot(np.arange(10))
    assert coded.dtype == np.float32
    assert np.array_equal(coded, np.eye(10))


@given(st.lists(st.integers(0, 9)), st.sampled_from([np.uint8, np.int8, np.int64]))
def test_every_row_has_a_single_one_in_the_column_of_its_label(values: list[int], kind: type[np.integer]) -> None:
    coded = one_hot(np.array(values, kind))
    assert coded.shape == (len(values), 10)
    assert np.array_equal(coded.sum(axis=1), np.ones(len(values)))
    assert [int(row.argmax()) for row in coded] == values


@pytest.mark.parametrize("values", [[-1, 3], [3, 10], [2**40]])
def test_numbers_that_are_no_digits_are_not_coded(values: list[int]) -> None:
    assert f"labels from {min(values)} to {max(values)}" in complaint(lambda: one_hot(np.array(values)))


@pytest.mark.parametrize("labels", [np.array([1.0, 2.0]), np.array([[1], [2]]), np.array(3), np.array([True])])
def test_labels_that_are_not_whole_numbers_in_one_row_are_not_coded(labels: npt.NDArray[np.integer]) -> None:
    assert "expected whole numbers in one row" in complaint(lambda: one_hot(labels))
