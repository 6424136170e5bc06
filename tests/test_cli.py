"""The command: what it prints, its exit codes, and what it does when things go wrong."""

import contextlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import digitrec
from conftest import Command
from digitrec import Dense, Mnist, Run
from digitrec.cli import main

WITHOUT_TORCH = "import sys; sys.modules['torch'] = None; from digitrec.cli import main; sys.exit(main())"
SMALL = (
    "--recipe",
    "dense",
    "--threads",
    "1",
    "--hidden",
    "32",
    "--epochs",
    "3",
    "--learning-rate",
    "0.05",
    "--no-invert",
)


@pytest.fixture
def runs(trained: Run, tmp_path: Path) -> Path:
    """A folder `runs` in an empty working folder, with one finished run."""
    shutil.copytree(trained.folder, tmp_path / "runs" / trained.folder.name)
    return tmp_path / "runs"


def lines_of_error(done: "subprocess.CompletedProcess[str]") -> list[str]:
    return done.stderr.strip().splitlines()


def test_train_learns_tests_shows_a_digit_and_says_what_is_next(
    command: Command, small_folder: Path, tmp_path: Path
) -> None:
    done = command("train", *SMALL, "--data", str(small_folder), "--seed", "3")

    assert done.returncode == 0, done.stderr
    epochs = re.findall(
        r"^epoch +(\d)/3  loss \d\.\d{4}  accuracy \d+\.\d\d%  [\d,]+ images/s", done.stdout, re.MULTILINE
    )
    assert epochs == ["1", "2", "3"]
    assert re.search(r"test digits +\d+ of 600 right: \d+\.\d\d % \(95 % interval", done.stdout)
    assert re.search(r"^calibration +\d+\.\d\d points", done.stdout, re.MULTILINE)
    assert re.search(r"^declining +the least sure 1 %", done.stdout, re.MULTILINE)
    assert re.search(r"^hint +still improving: the loss fell .*--epochs 6$", done.stdout, re.MULTILINE)
    assert "test digit 128" in done.stdout
    assert re.search(r"predicted \d, expected 8 [✓✗]", done.stdout)
    assert len(re.findall(r"^.{28,}   \d [█ ]+ +\d+\.\d %$", done.stdout, re.MULTILINE)) == 10
    assert "digitrec show --wrong 12" in done.stdout
    (folder,) = (tmp_path / "runs").iterdir()
    assert f"saved in runs/{folder.name}/" in done.stdout
    assert "\x1b" not in done.stdout


def test_the_command_and_python_m_are_the_same(command: Command) -> None:
    beside = Path(sys.executable).parent / "digitrec"
    version = subprocess.run([beside, "--version"], capture_output=True, text=True, check=True).stdout

    assert command("--version").stdout == version
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", version)


def test_every_option_of_the_recipe_is_in_the_help(command: Command) -> None:
    shown = command("train", "--recipe", "dense", "--help", COLUMNS="200").stdout

    for option in (
        "hidden",
        "activation",
        "epochs",
        "batch-size",
        "learning-rate",
        "optimizer",
        "momentum",
        "validate",
    ):
        assert f"--{option}" in shown
    assert "Units of each hidden layer, as in 512,256" in shown


def test_each_recipe_has_its_own_options(command: Command) -> None:
    named = (("--recipe", "dense"), ())
    dense, conv = (command("train", *recipe, "--help", COLUMNS="200").stdout for recipe in named)

    assert "--hidden" in dense
    assert "--channels" not in dense
    assert "--channels" in conv
    assert "--hidden" not in conv
    assert "dense, fast, conv, best" in conv


@pytest.mark.usefixtures("runs")
def test_test_prints_scores_with_intervals_digits_and_confusion(command: Command) -> None:
    done = command("test")

    assert done.returncode == 0, done.stderr
    assert re.search(r"^test digits +\d,\d{3} of 10,000 right: \d+\.\d\d % \(95 % interval", done.stdout, re.MULTILINE)
    assert re.search(r"^valid labels +\d,\d{3} of 9,985 right.*without the 15 known", done.stdout, re.MULTILINE)
    assert re.search(r"^calibration +\d+\.\d\d points between confidence and accuracy", done.stdout, re.MULTILINE)
    assert re.search(
        r"^declining +the least sure 1 %: \d+\.\d\d % of the other answers are wrong$", done.stdout, re.MULTILINE
    )
    assert "precision" in done.stdout
    assert "rows are expected, columns predicted" in done.stdout
    assert re.search(r"^model +dense-\S+-hidden-64-\S+ \(runs/dense-\S+/model.onnx\)$", done.stdout, re.MULTILINE)


@pytest.mark.usefixtures("runs")
def test_test_shows_all_in_a_narrow_ascii_terminal(command: Command) -> None:
    done = command("test", COLUMNS="40", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert "?" not in done.stdout
    assert list("0123456789") in [line.replace("|", " ").split() for line in done.stdout.splitlines()]


@pytest.mark.usefixtures("runs")
def test_test_as_json_has_the_promised_keys(command: Command) -> None:
    found = json.loads(command("test", "--json").stdout)

    promised = {"count", "correct", "accuracy", "interval", "correct_on_valid_labels", "per_digit", "confusion"}
    assert promised | {"calibration", "error_at_1_percent_declined"} <= found.keys()
    assert found["count"] == sum(each["count"] for each in found["calibration"]["bins"]) == 10_000
    assert 0 <= found["error_at_1_percent_declined"] <= 1 - found["accuracy"]
    assert found["count_of_valid_labels"] == 9_985
    assert sum(map(sum, found["confusion"])) == 10_000


def test_compare_says_of_two_models_which_is_really_better(
    command: Command, runs: Path, small_folder: Path, tmp_path: Path
) -> None:
    trained = next(runs.iterdir()).name
    worse = command("train", *SMALL, "--data", str(small_folder), "--runs", "runs")
    assert worse.returncode == 0, worse.stderr
    other = next(each.name for each in runs.iterdir() if each.name != trained)
    done = command("compare", trained, other, "--png", "changed.png")

    assert done.returncode == 0, done.stderr
    assert re.search(
        r"^verdict +the first is really better: [\d,]+ against [\d,]+ images, p < 0\.0001$", done.stdout, re.MULTILINE
    )
    assert re.search(r"^difference +-\d+\.\d\d points \(95 % interval -\d+\.\d\d to -\d", done.stdout, re.MULTILINE)
    assert re.search(r"^only second +\d+ read right: \d+ .* more$", done.stdout, re.MULTILINE)
    assert len(re.findall(r"images/s, 0\.\d\d MB$", done.stdout, re.MULTILINE)) == 2
    with Image.open(tmp_path / "changed.png") as picture:
        assert min(picture.size) > 100
    unwritten = command("compare", trained, other, "--png", "nowhere/changed.png")
    assert unwritten.returncode == 1
    assert "the first is really better" in unwritten.stdout
    assert lines_of_error(unwritten) == ["digitrec: cannot write nowhere/changed.png: No such file or directory"]


def test_compare_finds_no_real_difference_between_a_model_and_itself(command: Command, runs: Path) -> None:
    name = next(runs.iterdir()).name
    text = command("compare", name, str(runs / name / "model.onnx")).stdout
    found = json.loads(command("compare", name, name, "--json").stdout)
    drawn = command("compare", name, name, "--png", "same.png")

    assert drawn.returncode == 0
    assert "no real difference: 0 against 0 images" in drawn.stdout
    assert lines_of_error(drawn) == ["same.png: not written; no image changes sides, so there is nothing to draw"]
    assert not (runs.parent / "same.png").exists()
    assert re.search(r"^verdict +no real difference: 0 against 0 images, p = 1$", text, re.MULTILINE)
    assert found["images"]["count"] == 10_000
    assert found["images"]["only_first"] == found["images"]["only_second"] == []
    assert found["first"]["size"] == (runs / name / "model.onnx").stat().st_size
    assert found["first"]["images_per_second"] > 0


@pytest.mark.parametrize("arguments", [("test",), ("show", "128"), ("show", "--wrong", "2"), ("data",)])
def test_all_but_training_works_without_torch(arguments: tuple[str, ...], runs: Path, mnist_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, *arguments],
        cwd=runs.parent,
        env={**os.environ, "DIGITREC_DATA": str(mnist_folder)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_training_without_torch_says_what_to_install(tmp_path: Path, small_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, "train", "--data", str(small_folder)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert lines_of_error(done) == [
        "digitrec: digitrec's train needs torch, which is not installed: pip install 'digitrec[train]'"
    ]


@pytest.mark.usefixtures("runs")
def test_show_draws_the_digit_its_probabilities_and_the_verdict(command: Command) -> None:
    done = command("show", "128")

    assert done.returncode == 0, done.stderr
    assert "test digit 128" in done.stdout
    assert re.search(r"[▀▄█]{3}", done.stdout)
    assert re.search(r"predicted \d, expected 8 [✓✗]", done.stdout)


@pytest.mark.parametrize(
    ("environment", "escapes"),
    [({"TERM": "xterm-256color"}, True), ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False)],
)
def test_a_terminal_gets_colours_unless_no_color_is_set(
    environment: dict[str, str],
    escapes: bool,
    runs: Path,
    mnist_folder: Path,
) -> None:
    ours, theirs = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "digitrec", "show", "128"],
        cwd=runs.parent,
        env={**inherited, "DIGITREC_DATA": str(mnist_folder), **environment},
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        # The terminal's end comes as an error on Linux.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65_536):
                shown += part
        assert process.wait(60) == 0
    os.close(ours)

    assert "test digit 128" in shown.decode()
    assert (b"\x1b[" in shown) == escapes
    assert ("48;5;" in shown.decode()) == escapes


@pytest.mark.usefixtures("runs")
def test_show_in_an_ascii_locale_uses_ascii_only(command: Command) -> None:
    done = command("show", "128", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert re.search(r"predicted \d, expected 8 (right|wrong)", done.stdout)
    assert "@" in done.stdout


@pytest.mark.usefixtures("runs")
def test_show_wrong_shows_mistakes_the_most_confident_first(command: Command) -> None:
    shown = json.loads(command("show", "--wrong", "12", "--json").stdout)
    confidence = [max(answer["probabilities"]) for answer in shown]

    assert len(shown) == 12
    assert not any(answer["right"] for answer in shown)
    assert confidence == sorted(confidence, reverse=True)


@pytest.mark.usefixtures("runs")
def test_show_digit_shows_only_that_digit(command: Command) -> None:
    shown = json.loads(command("show", "--digit", "7", "--json").stdout)

    assert len(shown) == 10
    assert {answer["expected"] for answer in shown} == {7}


@pytest.mark.usefixtures("runs")
def test_show_random_draws_the_same_again_with_a_seed(command: Command) -> None:
    first, again = (command("show", "--random", "20", "--seed", "4", "--json").stdout for _ in range(2))

    assert len({answer["index"] for answer in json.loads(first)}) == 20
    assert first == again


@pytest.mark.usefixtures("runs")
def test_show_writes_a_figure_and_never_over_a_file(command: Command, tmp_path: Path) -> None:
    assert command("show", "--random", "3", "--png", "figure.png").returncode == 0
    with Image.open(tmp_path / "figure.png") as picture:
        assert picture.size == (860, 424)
    before = (tmp_path / "figure.png").read_bytes()
    done = command("show", "5", "--png", "figure.png")

    assert done.returncode == 1
    assert lines_of_error(done) == [
        "digitrec: figure.png: exists already; name another file, or write over it with --force"
    ]
    assert (tmp_path / "figure.png").read_bytes() == before
    assert command("show", "5", "--png", "figure.png", "--force").returncode == 0
    assert (tmp_path / "figure.png").read_bytes() != before


def test_data_says_where_it_came_from_and_counts_and_draws_a_sheet(
    command: Command, tmp_path: Path, mnist_folder: Path
) -> None:
    done = command("data", "--sheet", "sheet.png")

    assert done.returncode == 0, done.stderr
    assert f"test       from the folder {mnist_folder}: MNIST, verified by SHA-256" in done.stdout
    assert re.search(r"^ +all +55,000 +5,000 +10,000 *$", done.stdout, re.MULTILINE)
    assert re.search(r"^ +0 +5,434 +489 +980 *$", done.stdout, re.MULTILINE)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 700


def test_augmented_digits_are_drawn_as_the_recipe_shows_them(command: Command, tmp_path: Path) -> None:
    done = command("data", "--augmented", "augmented.png")
    plain = command("data", "--augmented", "plain.png", "--recipe", "fast")

    assert done.returncode == 0, done.stderr
    assert "wrote augmented.png" in done.stdout
    with Image.open(tmp_path / "augmented.png") as sheet:
        assert sheet.size == (12 + 21 * 32 + 16 + 12, 40 + 20 * 32 + 12)
    assert plain.returncode == 1
    assert lines_of_error(plain) == [
        "digitrec: recipe fast shows its network the digits as they are; try --recipe conv"
    ]
    assert not (tmp_path / "plain.png").exists()


def test_data_of_ones_own_is_reported_as_not_mnist(command: Command, small_folder: Path) -> None:
    text = command("data", "--data", str(small_folder)).stdout
    found = json.loads(command("data", "--data", str(small_folder), "--json").stdout)

    assert text.count("not MNIST") == 3
    assert [found[split]["count"] for split in ("train", "validation", "test")] == [2200, 200, 600]
    assert not any(split["is_mnist"] for split in found.values())


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("train", "--recipe", "dense", "--hidden", "0"),
            1,
            "--hidden 0: expected at most 64 numbers from 1 to 65,536",
        ),
        (
            ("train", "--recipe", "dense", "--hidden", "3,x"),
            1,
            "--hidden 3,x: expected whole numbers with commas between",
        ),
        (("train", "--learning-rate", "nan"), 1, "--learning-rate nan: expected a number above 0"),
        (("train", "--recipe", "nonsense"), 1, "no recipe named 'nonsense'; there are: dense, fast, conv, best"),
        (
            ("train", "--recipe", "conv", "--hidden", "5"),
            1,
            "--hidden goes with --recipe dense; conv has no such thing",
        ),
        (("train", "--hidden", "5"), 1, "--hidden goes with --recipe dense; conv has no such thing"),
        (("train", "--members=2"), 1, "--members goes with --recipe best; conv has no such thing"),
        (
            ("train", "--recipe=dense", "--channels=16,32"),
            1,
            "--channels goes with --recipe fast; dense has no such thing",
        ),
        (
            ("train", "--batch-size", "1000000", "--channels", "1024,1024,1024"),
            1,
            "conv: training needs about",
        ),
        (("train", "--recipe", "conv", "--channels", "16"), 1, "--pooled 2,3: expected which of the 1 convolutions"),
        (("train", "--recipe"), 1, "no recipe named ''"),
        (("train", "--device", "nonsense"), 1, "--device nonsense: not on this machine"),
        (("train", "--resume", "nowhere"), 1, "nowhere: no run.json; expected a run folder"),
        (("train", "--resume", "nowhere", "--epochs", "3"), 1, "--resume goes on with the run's own recipe"),
        (("train", "--data", "nowhere"), 1, "nowhere: no such folder"),
        (("train", "--resume", "nowhere", "--recipe", "conv"), 1, "--resume goes on with the run's own recipe"),
        (("train", "--epochs", "many"), 2, "--epochs many: expected a whole number"),
        (("train", "--epochs", "1.5"), 2, "--epochs 1.5: expected a whole number"),
        (("show", "1.5"), 2, "index 1.5: expected a whole number"),
        (("read", "a.png", "--expect=1.7"), 2, "--expect 1.7: expected a whole number"),
        (("read", "a.png", "--jobs", "1.7"), 2, "--jobs 1.7: expected a whole number"),
        (("read", "a.png", "--page", "2.0"), 2, "--page 2.0: expected a whole number"),
        (("train", "--bogus", "1"), 2, "Unknown option: --bogus"),
        (("dance",), 2, 'Unknown command "dance"'),
        (("test", "--model", "nowhere.onnx"), 1, "nowhere.onnx: No such file"),
        (("test", "--report", "nowhere/report.html"), 1, "cannot write nowhere/report.html: No such file"),
        (("test", "--report", "runs"), 1, "runs: a folder or a device; expected the name of a file"),
        (("test", "--runs", "elsewhere"), 1, "no finished run in elsewhere/; train one with `digitrec train`"),
        (("show", "10000"), 1, "index 10000: expected a test digit from 0 to 9999"),
        (("show", "--", "-1"), 1, "index -1: expected a test digit from 0 to 9999"),
        (("show", "3", "--wrong", "2"), 1, "name one index, or --random N, or --wrong N"),
        (("show", "--random", "0"), 1, "--random 0: expected a whole number from 1 up"),
        (("show", "--digit", "10"), 1, "--digit 10: expected a digit from 0 to 9"),
        (("compare", "latest", "nowhere.onnx"), 1, "nowhere.onnx: No such file"),
        (("compare", "latest", "latest", "--png", "new.jpg"), 1, "new.jpg: a PNG file is written; expected a name"),
        (("test", "--fashion", "."), 1, "--fashion is measured for a report; name that too, as in --report"),
        (
            ("show", "--wrong", "2", "--seed", "3"),
            1,
            "--seed 3: nothing is drawn by chance here; it goes with --random",
        ),
        (("show", "5", "--png", "x.jpg"), 1, "x.jpg: a PNG file is written; expected a name that ends in .png"),
        (("data", "--recipe", "elastic"), 1, "--recipe says whose augmentation to show; name a file for it"),
        (("data", "--sheet", "q.png", "--augmented", "./q.png"), 1, "q.png: named for --sheet and for --augmented"),
        (("compare", "latest"), 2, "requires an argument"),
        (("data", "--sheet", "nowhere/sheet.png"), 1, "cannot write nowhere/sheet.png: No such file"),
    ],
)
def test_bad_input_is_one_clear_line_and_a_failing_exit(
    arguments: tuple[str, ...],
    code: int,
    message: str,
    runs: Path,
    mnist_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(runs.parent)
    monkeypatch.setenv("DIGITREC_DATA", str(mnist_folder))
    before = sorted(runs.parent.rglob("*"))

    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("digitrec: ")
    assert err.count("\n") == 1
    assert message in err
    assert sorted(runs.parent.rglob("*")) == before


def test_a_reader_that_closes_the_pipe_is_no_error(runs: Path, mnist_folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "digitrec", "show", "--random", "500"],
        cwd=runs.parent,
        env={**os.environ, "DIGITREC_DATA": str(mnist_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(60) == 1


LONG = Dense(hidden=(32,), epochs=200)


@pytest.fixture(scope="module")
def uninterrupted(small: Mnist, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The weights of `LONG` on one thread."""
    run = digitrec.train(LONG, small, threads=1, runs=tmp_path_factory.mktemp("uninterrupted"))
    return (run.folder / "weights.safetensors").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_training_leaves_a_checkpoint_that_goes_on_to_the_same_weights(
    number: signal.Signals, command: Command, small_folder: Path, tmp_path: Path, uninterrupted: bytes
) -> None:
    options = ["--recipe", "dense", "--hidden", "32", "--epochs", "200", "--threads", "1", "--data", str(small_folder)]
    with subprocess.Popen(
        [sys.executable, "-m", "digitrec", "train", *options],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        for line in iter(process.stdout.readline, ""):
            # Who is asked to stop saves it; who is killed has what was saved before.
            if line.startswith("epoch") and (number != signal.SIGKILL or [*tmp_path.glob("runs/*/checkpoint*")]):
                break
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    (folder,) = (tmp_path / "runs").iterdir()
    assert "epoch 200/200" not in out
    if number == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
    else:
        assert process.returncode == 128 + number, err
        assert f"stopped and saved; go on with: digitrec train --resume runs/{folder.name}" in err

    done = command("train", "--resume", f"runs/{folder.name}", "--data", str(small_folder))

    assert done.returncode == 0, done.stderr
    assert (folder / "weights.safetensors").read_bytes() == uninterrupted


def test_a_full_disk_while_training_is_one_clear_line(tmp_path: Path, small_folder: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)); " + WITHOUT_TORCH.replace(
        "sys.modules['torch'] = None; ", ""
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "train", *SMALL, "--data", str(small_folder)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert re.fullmatch(r"digitrec: cannot write runs/.*: File too large", done.stderr.strip())
    assert not list(tmp_path.rglob("*.part"))


def test_two_trainings_at_once_get_a_folder_each(tmp_path: Path, small_folder: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "digitrec", "train", *SMALL, "--data", str(small_folder)],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    errors = [process.communicate(timeout=120)[1] for process in processes]

    assert [process.returncode for process in processes] == [0, 0], errors
    first, second = (path.read_bytes() for path in (tmp_path / "runs").glob("*/weights.safetensors"))
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["read", "a.jpg", "-q"], "unknown option -q. See `digitrec read --help`."),
        (["read"], 'Command "read" parameter FILES requires an argument. See `digitrec read --help`.'),
        (["train", "--epochs", "x"], "--epochs x: expected a whole number. See `digitrec train --help`."),
        (["nonsense"], 'Unknown command "nonsense". Available commands: '),
    ],
)
def test_what_is_not_understood_points_to_the_help_of_its_command(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()

    assert out == ""
    assert err.startswith(f"digitrec: {said}")
    assert len(err.splitlines()) == 1
