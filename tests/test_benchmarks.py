"""The benchmarks' own arithmetic: who is measured beside whom, which pairs count, how much work a training is."""

import math

import handwriting_page
import inference
import pages
import pytest
import startup
import training_page
from entries import ENTRIES, Entry
from label_places import places

import digitrec
import training
from digitrec.data.mnist import Mnist


def row(name: str, seed: int, seconds: float, minute: int) -> training.Row:
    return {"name": name, "seed": seed, "train_seconds": seconds, "measured_at": f"2026-01-01T10:{minute:02}:00+00:00"}


def test_peers_are_measured_right_after_the_recipe_that_they_are_compared_with() -> None:
    order = [entry.name for entry in training.in_turn(list(ENTRIES.values()))]

    assert sorted(order) == sorted(ENTRIES)
    for entry in ENTRIES.values():
        if entry.beside:
            between = order[order.index(entry.beside) + 1 : order.index(entry.name)]
            assert all(ENTRIES[name].beside == entry.beside for name in between)


def test_a_ratio_is_the_median_over_pairs_of_a_seed_that_ran_within_minutes() -> None:
    ours = [row("dense", seed, seconds, seed) for seed, seconds in enumerate((1.0, 1.0, 1.0, 9.0))]
    theirs = [row("peer", seed, seconds, seed + 1) for seed, seconds in enumerate((2.0, 4.0, 5.0))]

    assert training_page.ratio(ours, theirs) == 0.25
    theirs[2]["measured_at"] = "2026-01-02T10:00:00+00:00"
    assert training_page.ratio(ours, theirs) == (0.5 + 0.25) / 2
    assert training_page.apart({}, theirs[0]) == math.inf


def test_the_work_of_a_training_leaves_out_what_the_first_layer_need_not_do() -> None:
    entry = Entry(name="x", title="x", seeds=1, products=(1000, 100), images=500)

    assert entry.gflop == pytest.approx(500 * 2 * (2 * 1000 + 3 * 100) / 1e9)
    assert Entry(name="x", title="x", seeds=1).gflop is None


@pytest.mark.parametrize(("value", "shown"), [(0.153, "0.15 s"), (12.34, "12.3 s"), (1234.5, "1,234 s")])
def test_times_are_shown_with_sensible_digits(value: float, shown: str) -> None:
    assert training_page.seconds(value) == shown


def test_what_a_card_computed_stands_by_itself_in_milliseconds() -> None:
    rows = [
        {**row("dense", 0, 1.25, 0), "processor": "one", "cores": 2},
        {**row("dense", 0, 1.25, 0), "processor": "one", "cores": 2, "accelerator": "some card"},
    ]
    without, with_card = sorted(training_page.by_machine(rows), key=lambda part: "accelerator" in part[0])

    assert training_page.machine(with_card[0]) == "some card, beside one, 2 cores"
    assert training_page.clock(with_card, "train_seconds") == "1,250 ms"
    assert training_page.clock(without, "train_seconds") == "1.25 s"


def test_clocks_that_ran_while_a_compiler_was_loaded_are_marked_and_compared_with_nothing() -> None:
    late, fine = row("one-epoch", 0, 4.0, 0), {**row("one-epoch", 0, 4.0, 0), "compiler_loaded": True}
    ours = [row("fast", 0, 1.0, 0)]

    assert training_page.is_late([fine, late])
    assert not training_page.is_late([fine])
    assert not training_page.is_late(ours)
    assert not training_page.comparisons({"fast": ours, "one-epoch": [late]})
    assert training_page.comparisons({"fast": ours, "one-epoch": [fine]})


def test_what_two_machines_measured_is_never_put_into_one_table() -> None:
    rows = [
        {**row("dense", 0, 1.0, 0), "processor": "one", "cores": 2},
        {**row("fast", 0, 1.0, 0), "processor": "other", "cores": 2},
        {**row("conv", 0, 1.0, 0), "processor": "other", "cores": 2},
    ]

    assert training_page.by_machine(rows) == [rows[1:], rows[:1]]


def test_the_machine_of_the_picture_is_named_beside_it_and_its_clocks_that_ran_beside_other_work() -> None:
    (xeon,) = training_page.BESIDE_OTHER_WORK
    page = training_page.page(training.read_rows())

    assert f"![Accuracy against time on {xeon}," in page
    assert page.count(training_page.BESIDE_OTHER_WORK[xeon]) == 1
    assert all(" (family " in line for line in page.splitlines() if line.startswith("## "))


def test_labels_stand_beside_their_points_where_there_is_room_and_cover_nothing() -> None:
    frame, size = (0.0, 0.0, 400.0, 200.0), (100.0, 10.0)
    points = [(100.0, 100.0), (106.0, 100.0), (390.0, 50.0)]
    taken = [(across - 6, up - 6, across + 6, up + 6) for across, up in points]

    corners = places(points, [size] * 3, taken, frame)
    boxes = [(left, low, left + size[0], low + size[1]) for left, low in corners] + taken

    assert boxes[2][2] <= 390 - 6
    for number, one in enumerate(boxes[:3]):
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert places([(50.0, 50.0)], [size], [], frame) == [(62.0, 45.0)]


def test_a_ratio_shows_on_which_side_of_what_was_promised_it_is() -> None:
    shown = [handwriting_page.so_many(times, 3.0) for times in (2.986, 2.9996, 3.0, 3.04, 2.5)]

    assert shown == ["2.99", "2.9996", "3.0", "3.0", "2.5"]


MACHINE = {"processor": "some processor", "cores": 2, "measured_at": "2026-01-02T10:00:00+00:00"}


def test_the_page_of_waiting_says_where_and_when_and_of_pictures_how_much_memory() -> None:
    rows: list[training.Row] = [
        {"command": "digitrec read one.png", "seconds": [0.25, 0.5, 0.75]},
        {"picture": "canvas", "seconds": [0.001, 0.002, 0.006]},
        {"picture": "photo", "seconds": [0.2], "digits": 10, "megabytes": 400.4},
    ]
    page = startup.page([row | MACHINE for row in rows])

    assert "| `digitrec read one.png` | 3 | 0.50 s | 0.75 s | 0.6 s |" in page
    assert "| a digit drawn on a canvas of 28×28 | 3 | 2.0 ms | 6.0 ms | 3 ms |" in page
    assert "That process had 400 MB at most; promised 600." in page
    assert "Machine: some processor, 2 cores. Measured: 2026-01-02." in page
    assert "Machine" not in startup.page(rows[:1])


def test_the_photo_of_the_benchmark_has_twelve_megapixels_and_its_ten_digits_are_read(mnist: Mnist) -> None:
    reading = digitrec.read(startup.photo(mnist.validation))

    assert (reading.picture["width"], reading.picture["height"]) == (4000, 3000)
    assert [len(line.digits) for line in reading.lines] == [5, 5]


def test_the_page_of_composed_pictures_names_the_machine_where_its_rows_do() -> None:
    rows = [{key: value for key, value in row.items() if key not in MACHINE} for row in pages.read_rows()[:1]]

    assert "Machine" not in pages.page(rows)
    assert "Machine: some processor, 2 cores. Measured: 2026-01-02." in pages.page([row | MACHINE for row in rows])


def test_ways_of_asking_that_were_not_measured_in_turn_are_told_of() -> None:
    rows = [
        {"model": name, "way": "digitrec", "threads": 1, "batch": batch, "p50_us": 1, "p99_us": 2} | MACHINE
        for name in ("one", "other")
        for batch in (1, 64, 1024)
    ]
    rows = [row | {"images_per_second": 1000} for row in rows]
    later = [row | {"measured_at": "2026-01-03T10:00:00+00:00"} for row in rows[3:]]

    assert "not measured in turn" not in inference.page(rows)
    assert "not measured in turn" in inference.page(rows[:3] + later)
    assert "| other | digitrec | 1 | 1 µs | 2 µs | 1,000 | 1,000 | 2026-01-03 |" in inference.page(rows[:3] + later)
