"""Loading an ONNX file and predicting with it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from conftest import REPOSITORY
from digitrec import Mnist, Model, Run
from digitrec import model as module
from digitrec.errors import DataError, ModelError


def onnx_file(
    input_type: int = TensorProto.UINT8, shape: tuple[str | int, ...] = ("n", 28, 28), outputs: int = 10
) -> bytes:
    """Return an ONNX file that gives each image's first pixels as numbers."""
    nodes = [
        helper.make_node("Flatten", ["images"], ["flat"]),
        helper.make_node("Slice", ["flat", "start", "end", "axis"], ["some"]),
        helper.make_node("Cast", ["some"], ["probabilities"], to=TensorProto.FLOAT),
    ]
    numbers = {"start": 0, "end": outputs, "axis": 1}
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("images", input_type, shape)],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ("n", outputs))],
        [helper.make_tensor(name, TensorProto.INT64, [1], [value]) for name, value in numbers.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    content: bytes = model.SerializeToString()
    return content


def test_a_runs_model_gives_ten_probabilities_an_image(trained: Run, mnist: Mnist) -> None:
    probabilities = Model.load(trained.folder).probabilities(mnist.test.images[:2500])

    assert probabilities.shape == (2500, 10)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert (probabilities.argmax(axis=1) == mnist.test.labels[:2500]).mean() > 0.85


def test_an_image_gets_the_same_answer_alone_and_among_others(trained: Run, mnist: Mnist) -> None:
    model = trained.model()
    together = model.probabilities(mnist.test.images[:1003])

    np.testing.assert_allclose(together[1001:1002], model.probabilities(mnist.test.images[1001:1002]), atol=1e-6)


def test_no_images_give_no_probabilities(trained: Run) -> None:
    assert trained.model().probabilities(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


def test_the_file_says_what_it_is(trained: Run) -> None:
    metadata = Model.load(trained.folder / "model.onnx").metadata

    assert metadata["recipe"] == trained.record["recipe"]
    assert metadata["classes"] == list(range(10))
    assert metadata["data_sha256"] == trained.record["data"]["train_sha256"]
    assert metadata["validation_accuracy"] == trained.record["scores"]["validation"]["accuracy"]
    assert 0.5 < metadata["temperature"] < 2
    assert {"name", "version", "thresholds", "seed"} <= metadata.keys()


def test_the_file_names_no_path_of_the_machine_that_wrote_it(trained: Run) -> None:
    content = (trained.folder / "model.onnx").read_bytes()

    assert b"site-packages" not in content
    assert str(Path.home()).encode() not in content


def test_an_onnx_file_of_others_predicts_too() -> None:
    model = Model.from_bytes(onnx_file(), "other.onnx")

    assert model.probabilities(np.full((2, 28, 28), 7, np.uint8)).tolist() == [[7.0] * 10] * 2
    assert model.metadata == {}
    assert model.name == "other"


def test_metadata_of_others_that_nobody_can_read_are_none_of_ours() -> None:
    model = onnx.load_from_string(onnx_file())
    onnx.helper.set_model_props(model, {"author": "Jose", "deep": "[" * 100_000})
    content = model.SerializeToString()

    assert Model.from_bytes(content).metadata["author"] == "Jose"
    assert Model.from_bytes(content.replace(b"Jose", b"Jos\xe9")).metadata == {}


@pytest.mark.parametrize("name", ["a" * 300, "x\0y"])
def test_a_name_that_no_file_can_have_is_no_model(name: str) -> None:
    with pytest.raises(ModelError, match="expected a model file or a run folder"):
        Model.load(name)


@pytest.mark.parametrize(
    "shape", [("n", 28, 28), ("n", 1, 28, 28), ("n", 28, 28, 1), ("n", 784), (1, 28, 28), (4, 1, 28, 28)]
)
@pytest.mark.parametrize("kind", [TensorProto.UINT8, TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16])
def test_files_of_others_take_bytes_or_shares_of_ink_in_any_usual_shape(
    kind: int, shape: tuple[int | str, ...]
) -> None:
    model = Model.from_bytes(onnx_file(kind, shape), "other.onnx")
    images = np.arange(7 * 784, dtype=np.uint64).reshape(7, 28, 28).astype(np.uint8)

    full = 1 if kind == TensorProto.UINT8 else 255
    expected = images.reshape(7, 784)[:, :10].astype(np.float32) / full
    np.testing.assert_allclose(model.probabilities(images), expected, atol=1e-3)
    assert model.probabilities(images[:0]).shape == (0, 10)


@pytest.mark.parametrize(
    "content",
    [
        onnx_file(input_type=TensorProto.INT64),
        onnx_file(shape=("n", 3, 28, 28)),
        onnx_file(shape=("n", 32, 32)),
        onnx_file(shape=(28, 28)),
        onnx_file(outputs=11),
    ],
    ids=["whole numbers", "three channels", "32x32", "no axis of digits", "eleven classes"],
)
def test_a_file_of_other_shapes_is_refused_and_both_are_named(content: bytes) -> None:
    with pytest.raises(
        ModelError, match=r"other.onnx: maps .* expected uint8 or float \[n, 28, 28\], .* → float \[n, 10\]"
    ):
        Model.from_bytes(content, "other.onnx")


@pytest.mark.parametrize("damage", ["empty", "text", "half", "zeros"])
def test_a_damaged_file_is_refused_in_one_line(trained: Run, tmp_path: Path, damage: str) -> None:
    whole = (trained.folder / "model.onnx").read_bytes()
    content = {"empty": b"", "text": b"not a model", "half": whole[: len(whole) // 2], "zeros": bytes(1000)}[damage]
    path = tmp_path / "model.onnx"
    path.write_bytes(content)

    with pytest.raises(ModelError, match="not a whole ONNX file") as error:
        Model.load(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_an_onnx_file_that_reads_other_files_is_refused(
    trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = onnx.load(trained.folder / "model.onnx")
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(4 * 784 * 64))
    weight = next(tensor for tensor in model.graph.initializer if list(tensor.dims) == [64, 784])
    onnx.external_data_helper.set_external_data(weight, location=f"../{tmp_path.name}/secret.bin")
    weight.ClearField("raw_data")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ModelError):
        Model.from_bytes(model.SerializeToString())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nothing.onnx: No such file.*expected a model file or a run folder"):
        Model.load(tmp_path / "nothing.onnx")


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model.onnx: No such file"):
        Model.load(tmp_path)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "run" / "model.onnx").mkdir(parents=True)
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path / "run"):
        with pytest.raises(ModelError, match=r"a folder, a pipe or a device; expected a model file or a run folder"):
            Model.load(path)


def test_a_file_of_too_many_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.truncate(module.LARGEST + 1)  # takes no room
    with pytest.raises(ModelError, match=r"536,870,913 bytes; expected at most 536,870,912"):
        Model.load(path)

    monkeypatch.setattr(module, "LARGEST", 100)
    grows = Path("/proc/self/status")  # 0 bytes, it says
    if grows.exists():
        with pytest.raises(ModelError, match=r"101 bytes; expected at most 100"):
            Model.load(grows)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((1, 28, 28)),
        np.zeros((28, 28), np.uint8),
        np.zeros((1, 28, 28, 1), np.uint8),
        np.zeros((1, 784), np.uint8),
    ],
    ids=["floats", "one image without its axis", "channels", "flat"],
)
def test_images_that_are_not_bytes_28_by_28_are_refused(trained: Run, images: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"expected uint8\[n,28,28\], 255 for ink, got"):
        trained.model().probabilities(images)


def test_the_number_of_threads_changes_no_answer(trained: Run, mnist: Mnist) -> None:
    one, two = (Model.load(trained.folder, threads=threads) for threads in (1, 2))
    images = mnist.test.images[:50]

    np.testing.assert_allclose(one.probabilities(images), two.probabilities(images), atol=1e-6)
    with pytest.raises(ModelError, match="0 threads; expected 1 or more"):
        Model.load(trained.folder, threads=0)


def test_running_a_model_leaves_nothing_behind_and_reports_nothing(tmp_path: Path) -> None:
    code = "import digitrec, os; digitrec.read('docs/photo.jpg'); print(os.environ['ORT_DISABLE_TELEMETRY'])"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "1\n"
    assert done.stderr == ""
    assert not list(tmp_path.rglob("*"))
