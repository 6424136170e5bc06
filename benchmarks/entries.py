"""Who takes part in the benchmark of training, and how much work each does.

Plain values: a name, what it is, its script, its seeds, and the multiplications with addition that
each of its layers does for an image, from which follows the work of a whole training. Knows nothing
of clocks.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One way to train."""

    name: str
    title: str
    """What it is, in a table's words."""
    short: str = ""
    """The same beside a point of the picture; nothing is written there without it."""
    beside: str = ""
    """The recipe that it is compared with, after which it is measured."""
    seeds: int
    environment: str = ""
    """The environment it needs, or none for this one."""
    script: str = ""
    """Its script in `benchmarks/`; without one, `digitrec train --recipe` with the recipe below."""
    recipe: str = ""
    arguments: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    products: tuple[int, ...] = ()
    """Multiplications with addition for an image, layer by layer; empty where there are no layers."""
    images: float = 60_000
    """Images that it learns from in all, each time it sees one."""
    on_card: bool = True
    """Whether it computes on a CUDA card where there is one; measured there are only those that do."""

    @property
    def gflop(self) -> float | None:
        """The work of a training: forward, gradients of weights, and of inputs but in the first layer."""
        if not self.products:
            return None
        first, *others = self.products
        return self.images * 2 * (2 * first + 3 * sum(others)) / 1e9


DENSE = (784 * 1000, 1000 * 10)
FOLDED = (720 * 1000, 1000 * 10)  # 717 pixels vary, two inputs stand for the 67 others and the bias, one for nothing
ELASTIC = (784 * 1000, 1000 * 500, 500 * 10)
FAST = (36 * 16 * 144, 16 * 64 * 9 * 36, 576 * 64, 64 * 10)
CONV = (36 * 16 * 144, 16 * 16 * 9 * 144, 16 * 32 * 9 * 36, 32 * 64 * 9 * 9, 576 * 64, 640)
BEST = (25 * 32 * 576, 32 * 64 * 9 * 144, 64 * 64 * 9 * 144, 64 * 128 * 9 * 36, 128 * 128 * 9 * 36, 1152 * 128, 1280)
KERAS_CONV = (9 * 32 * 676, 32 * 64 * 9 * 121, 1600 * 10)
EXAMPLE = (9 * 32 * 676, 32 * 64 * 9 * 576, 9216 * 128, 1280)
LENET = (25 * 6 * 576, 6 * 16 * 25 * 64, 256 * 120, 120 * 84, 840)
ONE_EPOCH = (25 * 24 * 576, 24 * 32 * 9 * 100, 800 * 256, 2560)
TINYGRAD = (25 * 32 * 576, 32 * 32 * 25 * 400, 32 * 64 * 9 * 64, 64 * 64 * 9 * 36, 5760)


def _ours(recipe: str, seeds: int, products: tuple[int, ...], epochs: int) -> Entry:
    """Return a recipe of ours; a committee's epochs are those of all its members."""
    return Entry(
        name=recipe,
        title=f"`{recipe}`",
        short=recipe,
        seeds=seeds,
        recipe=recipe,
        products=products,
        images=epochs * 60_000,
    )


def _budget(name: str, seconds: str, seeds: int, products: tuple[int, ...], images: float) -> Entry:
    return Entry(
        name=f"budget-{name}",
        title=f"ours in about {seconds}",
        seeds=seeds,
        script="budgets.py",
        arguments=(name,),
        products=products,
        images=images,
    )


def _keras(backend: str, network: str, seeds: int) -> Entry:
    library = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "torch"}[backend]
    what = {"dense": "the notebook's network", "conv": "its convolutional example"}[network]
    return Entry(
        name=f"keras-{network}-{backend}",
        title=f"{what}, Keras on {library}",
        short=f"Keras on {library}" if network == "dense" else f"Keras's convolutions on {library}",
        beside="dense" if network == "dense" else "",
        seeds=seeds,
        environment="keras",
        script=f"peers/keras_{network}.py",
        variables={"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        products=DENSE if network == "dense" else KERAS_CONV,
        images=20 * 60_000 if network == "dense" else 15 * 54_000,
        on_card=backend != "tensorflow",  # of which the environment has the build for processors
    )


def _torch(  # noqa: PLR0913, PLR0917 - a row of a table
    name: str, title: str, short: str, seeds: int, products: tuple[int, ...], epochs: int
) -> Entry:
    return Entry(
        name=name,
        title=title,
        short=short,
        beside="fast" if name.startswith("one-epoch") else "",
        seeds=seeds,
        environment="keras",
        script="peers/torch_networks.py",
        arguments=(name,),
        products=products,
        images=epochs * 60_000,
    )


def _sklearn(name: str, title: str) -> Entry:
    return Entry(
        name=f"sklearn-{name}",
        title=f"scikit-learn's {title}",
        short=title,
        seeds=1,
        environment="scikit-learn",
        script="peers/sklearn_models.py",
        arguments=(name,),
        on_card=False,
    )


ENTRIES = {
    entry.name: entry
    for entry in (
        _ours("dense", 5, FOLDED, 20),
        _ours("elastic", 3, ELASTIC, 30),
        _ours("fast", 30, FAST, 1),
        _ours("conv", 10, CONV, 7),
        _ours("best", 5, BEST, 3 * 8),
        _budget("quarter", "0.2 s", 3, FAST, 6_500),
        _budget("half", "0.3 s", 3, FAST, 14_000),
        _budget("one", "0.8 s", 3, FAST, 42_000),
        _budget("five", "5 s", 3, CONV, 120_000),
        _budget("minute", "a minute", 2, BEST, 3 * 60_000),
        _budget("two-minutes", "two minutes", 1, BEST, 6 * 60_000),
        _keras("tensorflow", "dense", 2),
        _keras("jax", "dense", 5),
        _keras("torch", "dense", 2),
        _keras("tensorflow", "conv", 2),
        _keras("jax", "conv", 1),
        _keras("torch", "conv", 1),
        _torch("example", "PyTorch's example", "PyTorch's example", 1, EXAMPLE, 14),
        _torch("lenet", "LeNet-5 as SimpleChains sets it, in torch", "LeNet-5 (SimpleChains)", 3, LENET, 20),
        _torch("one-epoch", "the one-epoch recipe, as published", "one-epoch recipe", 5, ONE_EPOCH, 1),
        _torch(
            "one-epoch-channels-last",
            "the one-epoch recipe in channels_last",
            "one-epoch recipe, channels_last",
            5,
            ONE_EPOCH,
            1,
        ),
        Entry(
            name="tinygrad",
            title="tinygrad's beautiful_mnist",
            short="tinygrad",
            seeds=1,
            environment="tinygrad",
            script="peers/tinygrad_conv.py",
            variables={"DEV": "CPU"},
            products=TINYGRAD,
            images=68 * 512,
            on_card=False,
        ),
        _sklearn("mlp", "MLP"),
        _sklearn("svm", "SVM with an RBF kernel"),
        _sklearn("knn", "3 nearest neighbours"),
        _sklearn("boosting", "histogram gradient boosting"),
    )
}
"""Everyone, by name, in the order of the table."""
