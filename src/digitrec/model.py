"""A trained recogniser: an ONNX file and what is written in it. The one way anything predicts.

In: uint8[n,28,28], light ink on dark ground. Out: float32[n,10], probabilities.
Needs onnxruntime and no torch; all scaling is inside the file, but that files of others may take shares of full
ink. Knows nothing of how the network was trained, nor of runs.
"""

import json
import os
import stat
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from digitrec.arrangement import EXPECTED, Arrangement, arrangement
from digitrec.data.digits import CLASSES, require_images
from digitrec.errors import ModelError, first_line
from digitrec.files import is_folder
from digitrec.runtime import onnxruntime

LARGEST = 512 * 2**20
"""A model file of more bytes is refused."""

_EXPECTED = "expected a model file or a run folder with model.onnx"

_AT_ONCE = 256
"""Images to a call: enough to keep the cores busy, few enough for what lies between layers to stay in their caches."""


def switch_of(output: str) -> str:
    """Return the name of the input, which may be left out, that says whether a file is to compute this output."""
    return f"with_{output}"


class Model:
    """A recogniser of digits, loaded from an ONNX file.

    Attributes
    ----------
    metadata
        What the file says of itself: name, recipe, version, data, scores. Empty for files of others.
    source
        The file it came from.
    """

    def __init__(self, session: onnxruntime.InferenceSession, source: str, arrangement: Arrangement) -> None:
        """Wrap a session whose shapes were checked; `Model.load` and `Model.from_bytes` make one."""
        self.metadata = _metadata(session)
        self.source = source
        self._session = session
        self._input: str = session.get_inputs()[0].name
        self._arrangement = arrangement
        self._outputs: list[str] = [output.name for output in session.get_outputs()]
        self._switches = {each.name for each in session.get_overridable_initializers()}

    @classmethod
    def load(cls, path: str | Path, *, threads: int | None = None) -> Self:
        """Return the model in an `.onnx` file, or in a run folder, where it is `model.onnx`.

        Parameters
        ----------
        path
            The file, or the folder.
        threads
            How many threads compute; without it as many as there are cores.

        Raises
        ------
        ModelError
            When there is no such file, or it is damaged, too large or no recogniser of digits.
        """
        path = Path(path)
        file = path / "model.onnx" if is_folder(path) else path
        try:
            status = file.stat()
            if not stat.S_ISREG(status.st_mode):  # to open a pipe would wait, and a device may never end
                raise ModelError(f"{file}: a folder, a pipe or a device; {_EXPECTED}")
            content, size = b"", status.st_size
            if size <= LARGEST:
                with file.open("rb") as opened:
                    content = opened.read(LARGEST + 1)
                size = len(content)  # it may have grown
        except (OSError, ValueError) as error:  # the latter where the name can be no file's
            reason = getattr(error, "strerror", None) or first_line(error)
            raise ModelError(f"{file}: {reason}; {_EXPECTED}") from None
        if size > LARGEST:
            raise ModelError(f"{file}: {size:,} bytes; expected at most {LARGEST:,}")
        return cls.from_bytes(content, str(file), threads=threads)

    @classmethod
    def from_bytes(cls, content: bytes, source: str = "memory", *, threads: int | None = None) -> Self:
        """Return the model whose ONNX file has this content; threads and errors as in `load`."""
        if threads is not None and threads < 1:
            raise ModelError(f"{source}: {threads} threads; expected 1 or more")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.log_severity_level = 4  # what is wrong is said by our error
        # A model is one file: weights that it looks for in others are looked for where nothing is.
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", os.devnull)
        try:
            session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001 - onnxruntime's errors have no common ancestor but this
            reason = first_line(error)
            raise ModelError(f"{source}: not a whole ONNX file ({reason}); train or copy it again") from None
        return cls(session, source, _require_recogniser(session, source))

    @property
    def name(self) -> str:
        """The model's name: its recipe's, else the file's."""
        return str(self.metadata.get("name") or Path(self.source).stem)

    def probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32[n,10], the probabilities of the digits 0..9 in each image.

        >>> Model.load("runs/dense").probabilities(test.images[:3]).shape
        (3, 10)

        Parameters
        ----------
        images
            uint8[n,28,28], 0 is ground and 255 is ink.

        Raises
        ------
        DataError
            When the images are of another shape or dtype.
        ModelError
            When the file cannot be run, or gives something other than ten numbers an image.
        """
        images = np.asarray(images)
        require_images(images)
        probabilities = np.empty((len(images), CLASSES), dtype=np.float32)
        for start in range(0, len(images), self._at_once):
            batch = images[start : start + self._at_once]
            result = self._run(batch, self._outputs[0])
            if result.shape != (len(batch), CLASSES):
                raise ModelError(f"{self.source}: gave {result.shape} for {len(batch)} images; expected (n, 10)")
            probabilities[start : start + self._at_once] = result
        return probabilities

    def columns(self, lines: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32[n,t,16], log-probabilities of what is written in each of the columns of lines.

        Parameters
        ----------
        lines
            uint8[n,28,w], as `reading.normalise.Framed.prepare` makes them.

        Raises
        ------
        ModelError
            When the model reads single digits only, as all but those of the recipe `reader` do.
        """
        self.require_lines()
        return self._run(lines, "columns")

    def require_lines(self) -> None:
        """Raise `ModelError` when the model reads single digits only, as all but those of the recipe `reader` do."""
        if "columns" not in self._outputs:
            raise ModelError(f"{self.source}: reads single digits, not lines; train one with `--recipe reader`")

    def features(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
        """Return float32[n,d], what the network makes of each image before it answers; None where the file has none."""
        return self._other("features", images)

    def familiarity(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
        """Return float32[n], the greater the more each image is like training digits; None where the file has none."""
        return self._other("familiarity", images)

    def _other(self, output: str, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
        if output not in self._outputs:
            return None
        require_images(images)
        # At least one call, which says how much is given an image.
        starts = range(0, max(1, len(images)), self._at_once)
        return np.concatenate([self._run(images[start : start + self._at_once], output) for start in starts])

    @property
    def _at_once(self) -> int:
        return self._arrangement.batch or _AT_ONCE

    def _run(self, images: npt.NDArray[np.uint8], output: str) -> npt.NDArray[np.float32]:
        """Return what the file gives under that name for these images."""
        inputs = {self._input: self._arrangement.of(images)}
        for each in self._outputs:
            if switch_of(each) in self._switches:
                inputs[switch_of(each)] = np.array(each == output)
        try:
            (result,) = self._session.run([output], inputs)
        except Exception as error:  # noqa: BLE001 - as above
            raise ModelError(f"{self.source}: cannot be run ({first_line(error)})") from None
        found: npt.NDArray[np.float32] = result
        return found[: len(images)]


def _metadata(session: onnxruntime.InferenceSession) -> dict[str, Any]:
    """Return the file's metadata; its values are JSON, and where one is not, the string itself."""
    found: dict[str, Any] = {}
    try:
        said = session.get_modelmeta().custom_metadata_map
    except UnicodeDecodeError:  # of other programs, in other letters: nothing that we could use
        return found
    for key, value in said.items():
        try:
            found[key] = json.loads(value)
        except (ValueError, RecursionError):
            found[key] = value
    return found


def _require_recogniser(session: onnxruntime.InferenceSession, source: str) -> Arrangement:
    """Return how a file takes digits, of one that gives ten numbers for each."""
    inputs, outputs = session.get_inputs(), session.get_outputs()
    described = (
        f"{', '.join(f'{each.type} {each.shape}' for each in inputs)} → "
        f"{', '.join(f'{each.type} {each.shape}' for each in outputs)}"
    )
    found = arrangement(inputs[0].type, inputs[0].shape) if len(inputs) == 1 else None
    gives = bool(outputs) and outputs[0].type == "tensor(float)" and outputs[0].shape[1:] == [CLASSES]
    if found is None or not gives:
        raise ModelError(f"{source}: maps {described}; expected {EXPECTED} → float [n, 10]")
    return found
