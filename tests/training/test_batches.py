"""Each digit once an epoch, in an order that seed and epoch decide; a later step sees what it would have seen."""

import pytest
import torch

from digitrec.training.batches import batches, draw_order, steps_of_an_epoch
from digitrec.training.recipes import Dense


@pytest.mark.parametrize(("count", "size"), [(5, 2), (6, 2), (7, 2), (100, 3), (101, 100), (2, 100), (1700, 50)])
def test_every_digit_is_in_one_batch_with_its_label_and_steps_may_begin_anywhere(count: int, size: int) -> None:
    images, order = torch.arange(count), draw_order(torch.Generator(), 1, 2, count)
    labels = -images
    steps = steps_of_an_epoch(count, Dense(batch_size=size))
    made = list(batches(images, labels, order, size, range(steps)))

    assert len(made) == steps
    assert torch.cat([batch for batch, _ in made]).tolist() == order.tolist()
    assert all((batch == -expected).all() for batch, expected in made)
    assert all(len(batch) == size for batch, _ in made[:-1])
    # A single digit left over goes with the last.
    assert 2 <= len(made[-1][0]) <= size + 1
    for first in range(steps):
        later = batches(images, labels, order, size, range(first, steps))
        assert all((ours == theirs).all() for (ours, _), (theirs, _) in zip(later, made[first:], strict=True))


def test_an_order_is_that_of_seed_and_epoch() -> None:
    generator = torch.Generator()
    one, again, other, later = (
        draw_order(generator, seed, epoch, 50).tolist() for seed, epoch in ((1, 2), (1, 2), (2, 2), (1, 3))
    )

    assert one == again
    assert sorted(one) == list(range(50))
    assert one not in (other, later)
