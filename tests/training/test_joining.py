"""A joined network gives what it gave, and prepares no pixels."""

import pytest
import torch
from torch import nn

from digitrec.training.joining import Bytes, joined
from digitrec.training.layers import Standardise
from digitrec.training.network import build_network
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Best, Conv, Dense, Fast

IMAGES = torch.randint(0, 256, (5, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("recipe", "preparations"),
    [
        (Conv(), 1),
        (Fast(), 1),
        (Best(channels=(8, 16), pooled=(1, 2), members=3), 3),
        (Dense(hidden=(20,)), 0),
        (ReaderRecipe(channels=(4, 4, 4, 4, 4, 4, 4)), 1),
    ],
)
def test_it_gives_the_same_without_what_prepared_the_pixels(recipe: Recipe, preparations: int) -> None:
    network = build_network(recipe, torch.Generator().manual_seed(0)).eval()
    changed = joined(network)

    with torch.no_grad():
        torch.testing.assert_close(changed(IMAGES), network(IMAGES), atol=1e-5, rtol=1e-5)
    assert sum(isinstance(each, Bytes) for each in changed.modules()) == preparations
    # What was trained is as it was.
    before = sum(isinstance(each, Standardise) for each in network.modules())
    assert sum(isinstance(each, Standardise) for each in changed.modules()) == before - preparations


@pytest.mark.parametrize(("least", "left"), [(0.1, 2), (-1.0, 4)])
def test_a_normalisation_after_pooling_goes_before_it_where_all_its_weights_are_positive(
    least: float, left: int
) -> None:
    torch.manual_seed(0)
    network = build_network(Conv(), torch.Generator().manual_seed(0))
    for each in network.modules():
        if isinstance(each, nn.BatchNorm2d):
            nn.init.uniform_(each.weight, least, 1)
            nn.init.uniform_(each.bias, -1, 1)
            nn.init.uniform_(each.running_mean, -1, 1)  # type: ignore[arg-type]
            nn.init.uniform_(each.running_var, 0.5, 2)  # type: ignore[arg-type]
    network.eval()
    changed = joined(network)

    with torch.no_grad():
        torch.testing.assert_close(changed(IMAGES), network(IMAGES), atol=1e-4, rtol=1e-4)
    assert sum(isinstance(each, nn.BatchNorm2d) for each in changed.modules()) == left


def test_a_convolution_without_a_bias_gets_one_and_one_with_a_margin_is_left_alone() -> None:
    torch.manual_seed(0)
    plain = nn.Sequential(Standardise(), nn.Conv2d(1, 3, 5, bias=False))
    margin = nn.Sequential(Standardise(), nn.Conv2d(1, 3, 5, padding=2))

    with torch.no_grad():
        torch.testing.assert_close(joined(plain)(IMAGES), plain(IMAGES), atol=1e-5, rtol=1e-5)
    assert isinstance(joined(margin)[0], Standardise)  # type: ignore[index]
