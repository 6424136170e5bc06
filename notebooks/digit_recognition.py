# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A network that reads digits
#
# Seventy thousand handwritten digits, a network with one hidden layer, half a minute of patience: at the end of this
# lesson a program tells a 3 from an 8, and you know every step that made it so.
#
# We go through the whole way once: open the files, turn bytes into numbers, train, test, look at the answers, and
# then turn the knobs, one at a time, to see which of them matter. Every number and picture below comes from the cell
# above it. Run the cells from top to bottom, and change whatever makes you curious.
#
# The whole lesson takes two to three minutes on a laptop with two cores. There is no need for a graphics card.

# %% [markdown]
# ## 1. Packages
#
# Install them in the project's folder with `pip install '.[train]'`, and a program that opens notebooks, such as
# `pip install notebook`.
#
# - **digitrec** fetches the digits, trains, and scores.
# - **NumPy** holds the digits as arrays, so that we can look inside.
# - **Matplotlib** draws.
#
# **What to see:** the versions with which the stored outputs were made. Others do as well; the last decimals of a
# result may then differ.

# %%
import gzip
import os
import struct
import tempfile
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import digitrec
from digitrec import Dense

for package in ("digitrec", "numpy", "torch", "matplotlib"):
    print(f"{package:<11} {version(package)}")

# %% [markdown]
# How long we train is set here, in one place. An *epoch* is one pass over all the training digits; twenty is what
# this network is usually given. In a hurry? Set the environment variable `DIGITREC_LESSON_EPOCHS` to 1 before you
# start, and everything below still runs, with lower scores.

# %%
EPOCHS = int(os.environ.get("DIGITREC_LESSON_EPOCHS", "20"))
TWEAK_EPOCHS = max(1, EPOCHS // 5)  # for the many small trials of chapter 12

workshop = tempfile.TemporaryDirectory()  # what we make goes here, and is swept away at the end
folder = Path(workshop.name)
runs = folder / "runs"

plt.rcParams.update(
    {
        "figure.dpi": 75,
        "figure.constrained_layout.use": True,
        "image.interpolation": "nearest",
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)
print(f"{EPOCHS} epochs for the network, {TWEAK_EPOCHS} for each trial")

# %% [markdown]
# ## 2. The digits
#
# MNIST is a collection of 70,000 handwritten digits, made in the 1990s from the forms of American census workers and
# the sheets of high-school pupils. `load_mnist` fetches it the first time (11 MB), keeps it, and checks by a
# fingerprint that not a bit of it differs.
#
# It comes in three parts, and the difference between them is the most important idea of the lesson:
#
# - **train**: what the network learns from;
# - **validation**: what *we* choose by, when we compare one network with another;
# - **test**: the examination. Nobody learns from it and nobody chooses by it, so that its result means something.
#
# **What to see:** how many there are; that a digit is 28 × 28 pixels; and that a pixel is a `uint8`, one byte.

# %%
mnist = digitrec.load_mnist()
train, validation, test = mnist

for name, digits in mnist._asdict().items():
    print(f"{name:<11} {len(digits):>6,} digits   images {digits.images.dtype}{digits.images.shape}")
print("MNIST, verified:", test.is_mnist)

# %% [markdown]
# **What to see:** ten ways to write each digit. No two are alike; that is the whole difficulty.

# %%
figure, axes = plt.subplots(figsize=(5.6, 5.8))
ten_of_each = [np.hstack(train.images[train.labels == digit][:10]) for digit in range(10)]
axes.imshow(np.vstack(ten_of_each), cmap="gray_r")
axes.set(
    title="Training digits, the first ten of each",
    xticks=[],
    ylabel="label",
    yticks=14 + 28 * np.arange(10),
    yticklabels=range(10),
)
plt.show()

# %% [markdown]
# ## 3. The network, and what each layer does
#
# Our network is a short chain. Numbers go in on the left; ten probabilities come out on the right:
#
# ```
#  28 × 28 bytes ─► 784 numbers ─► 1000 sums ─► ReLU ─► 10 sums ─► softmax ─► 10 probabilities
#                   (prepare)      (dense)              (dense)
# ```
#
# - **Prepare** turns bytes into numbers between 0 and 1, in one long row (chapters 5 and 6).
# - The **first dense layer** makes 1000 sums. Each sum takes all 784 numbers, each times a weight of its own, plus
#   one number called the bias. A sum is high when the picture resembles what its weights look for.
# - **ReLU** keeps a sum that is above zero and replaces any other by zero: this unit has found something, or it has
#   not. Without it, two layers of sums would be no more than one layer of sums.
# - The **second dense layer** makes ten sums from the thousand: one for each digit, for or against.
# - **Softmax** turns these ten into probabilities: all above zero, and one in total.
#
# To train means: find good values for all those weights.
#
# **What to see:** how many weights that is, counted in two ways.

# %%
recipe = Dense(epochs=EPOCHS)
print(recipe)
print()
print(f"first dense layer   {784 * 1000 + 1000:>7,} weights and biases")
print(f"second dense layer  {1000 * 10 + 10:>7,}")
print(f"in all              {recipe.weights:>7,}")

# %% [markdown]
# The two bending pieces in small. **What to see:** ReLU cuts off what is below zero. Softmax makes the largest sum
# the most probable and gives the others the rest; a lead of three makes something twenty times as probable.


# %%
def relu(sums):
    return np.maximum(sums, 0)


def softmax(sums):
    powers = np.exp(sums - sums.max())  # the subtraction changes nothing but keeps the powers small
    return powers / powers.sum()


sums = np.array([-2.0, 0.0, 1.0, 4.0])
print("sums     ", sums)
print("ReLU     ", relu(sums))
print("softmax  ", softmax(sums).round(3), " total", softmax(sums).sum().round(6))

# %% [markdown]
# ## 4. Opening the gzipped files
#
# `load_mnist` has spared us the files, yet they are worth a look: a format so plain that four numbers explain it.
# MNIST is published as four gzipped files, for training and test the images and the labels. We write the test part
# as such files and open them by hand.
#
# **What to see:** how much smaller gzip makes them. Most of a picture is ground, the same byte again and again.

# %%
from digitrec.data.idx import idx_bytes

for name, array in (("t10k-images-idx3-ubyte.gz", test.images), ("t10k-labels-idx1-ubyte.gz", test.labels)):
    with gzip.open(folder / name, "wb") as file:
        file.write(idx_bytes(array))
    print(f"{name}   {(folder / name).stat().st_size:>9,} bytes, unpacked {len(idx_bytes(array)):>9,}")

# %% [markdown]
# The images' file starts with 16 bytes, which are four whole numbers of 4 bytes each, the most significant byte
# first ("big-endian", written `>` below; `4I` means four such numbers).
#
# **What to see:** 2051, the magic number that says "images"; then how many, how many rows, how many columns.

# %%
with gzip.open(folder / "t10k-images-idx3-ubyte.gz", "rb") as file:
    header = file.read(16)
    body = file.read()

print("as bytes  ", header.hex(" "))
print("as numbers", struct.unpack(">4I", header))

# %% [markdown]
# The labels' file has a shorter header, for there are no rows and columns. Then one byte a label.
#
# **What to see:** 2049 for "labels", their number, and the first labels themselves.

# %%
with gzip.open(folder / "t10k-labels-idx1-ubyte.gz", "rb") as file:
    print("header    ", struct.unpack(">2I", file.read(8)))
    print("labels    ", list(file.read(20)), "…")

# %% [markdown]
# After the header come the pixels, image by image, row by row, with nothing between them. So image number 128 starts
# 128 × 784 bytes into the body. It stays with us through the lesson.
#
# **What to see:** a digit made of numbers. 0 is the bare ground (shown as a dot) and 255 full ink. Lean back a
# little, and you read it.

# %%
CHOSEN = 128
image = np.frombuffer(body, dtype=np.uint8).reshape(-1, 28, 28)[CHOSEN]

rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
for row in image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]:
    print("".join(f"{pixel:>4}" if pixel else "   ·" for pixel in row))

print("\nour reading of the file is the library's:", np.array_equal(image, test.images[CHOSEN]))

# %% [markdown]
# ## 5. Bytes to numbers
#
# A network likes small numbers, so the bytes 0…255 become numbers 0…1. Our network is built after one that also
# *inverts* them first: ink becomes 0 and the ground becomes 1, as black ink on white paper. It is an innocent-looking
# step. Keep it in mind; chapter 12 returns to it.
#
# **What to see:** six bytes before and after.

# %%
numbers = (255 - image) / 255

middle = image[14, 8:14]
print("bytes    ", middle)
print("inverted ", 255 - middle)
print("numbers  ", numbers[14, 8:14].round(3))

# %% [markdown]
# **What to see:** the same digit twice, and below the pictures the mean of all training pixels. Inverted, the average
# input is close to one: most of what the network sees is ground.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3.1))
left.imshow(image, cmap="gray", vmin=0, vmax=255)
left.set(title="in the file: ink is 255", xlabel="column", ylabel="row")
right.imshow(numbers, cmap="gray", vmin=0, vmax=1)
right.set(title="for the network: ink is 0", xlabel="column")
plt.show()

mean = train.images.mean() / 255
print(f"mean of all training pixels: {mean:.2f} as they are, {1 - mean:.2f} inverted")

# %% [markdown]
# You need not do this yourself when you use the library. The step is the first layer of the network and is saved with
# it, so a network cannot be fed with the wrong scale: bytes go in, always.

# %% [markdown]
# ## 6. Flattening
#
# A dense layer knows no rows and columns. It takes one row of 784 numbers, so we lay the 28 rows of the picture end to
# end.
#
# **What to see:** the two shapes, and where a pixel goes: row × 28 + column.

# %%
flat = numbers.reshape(784)
print(numbers.shape, "becomes", flat.shape)
print(
    "row 14, column 10:",
    numbers[14, 10].round(3),
    "   input",
    14 * 28 + 10,
    "of the long row:",
    flat[14 * 28 + 10].round(3),
)

# %% [markdown]
# **What to see:** the same picture as the network gets it. To us the digit is gone. The network does not mind: it
# never knew which pixels were neighbours. (Networks that do know do better; they are called convolutional.)

# %%
figure, axes = plt.subplots(figsize=(9, 1.3))
axes.imshow(flat.reshape(1, 784), cmap="gray", aspect="auto", vmin=0, vmax=1)
axes.set(title=f"test digit {CHOSEN}, flattened", xlabel="input of the network, 0 to 783", yticks=[])
plt.show()

# %% [markdown]
# ## 7. One-hot labels
#
# The network answers with ten numbers, so the right answer must be ten numbers, too. A digit becomes a row of zeros
# with a single 1, in the place of that digit.
#
# **What to see:** the whole code, a table of ten rows and ten columns. The ones run down the diagonal.

# %%
table = digitrec.one_hot(np.arange(10))

print("digit    " + "  ".join(str(column) for column in range(10)))
for digit, code in enumerate(table):
    print(f"  {digit}      " + "  ".join(f"{value:.0f}" for value in code))

# %% [markdown]
# Why not simply the number? Because a 9 is not "three times a 3". As rows, all digits are equally far from each other.
#
# **What to see:** the first five training labels, coded.

# %%
for label, code in zip(train.labels[:5], digitrec.one_hot(train.labels[:5])):
    print(label, "→", code.astype(int))

# %% [markdown]
# Right answer beside given answer: how bad is the given one? The *loss* is minus the logarithm of the probability
# that was given to the right digit. The one-hot row picks that one out of ten.
#
# **What to see:** sure and right costs almost nothing, undecided costs more, and sure but wrong costs most. To say
# "10 % each" costs 2.303; a network that has learnt nothing starts near there.

# %%
right_answer = digitrec.one_hot(np.array([3]))[0]
for words, of_three in (
    ("sure and right", 0.99),
    ("undecided", 0.5),
    ("ten per cent each", 0.1),
    ("sure but wrong", 0.001),
):
    answer = np.full(10, (1 - of_three) / 9)
    answer[3] = of_three
    loss = -(right_answer * np.log(answer)).sum()
    print(f"{words:<18} {of_three:>7.1%} for the right digit   loss {loss:.3f}")

# %% [markdown]
# ## 8. Training
#
# Now the weights. They start at random. Then, 600 times in an epoch:
#
# 1. take the next 100 digits, in an order shuffled anew in each epoch;
# 2. let the network answer, and take the mean of the losses;
# 3. find out for each weight which way the loss would fall (calculus does it, for all weights at once);
# 4. move each weight a short step that way. How short is the *learning rate*, here 0.01.
#
# This is *stochastic gradient descent*, SGD. `train` does it, calls us back as it goes, and keeps all it makes in a
# run folder. As in the classic version, this network learns from all 60,000 digits, the validation digits among them:
# there is nothing to choose yet.
#
# **What to see:** the loss falls and the share of right answers rises, fast at first and then slowly.


# %%
def say(progress):
    epoch = progress.finished_epoch
    if epoch:
        print(f"epoch {epoch.epoch:>2}   loss {epoch.loss:.3f}   right {epoch.accuracy:.2%}   {epoch.seconds:.1f} s")


run = digitrec.train(recipe, mnist, seed=0, runs=runs, on_progress=say)

# %% [markdown]
# The same as a curve, from `run.history`.
#
# **What to see:** no plateau yet on the right. This network could go on learning; it is slow rather than finished.


# %%
def draw_curve(histories):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    for name, history in histories.items():
        epochs = [epoch["epoch"] for epoch in history]
        left.plot(epochs, [epoch["loss"] for epoch in history], marker=".", label=name)
        right.plot(epochs, [100 * epoch["accuracy"] for epoch in history], marker=".", label=name)
    left.set(title="loss while learning", xlabel="epoch", ylabel="mean loss of a digit", ylim=(0, None))
    right.set(title="right while learning", xlabel="epoch", ylabel="% of training digits")
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    plt.show()


draw_curve({"the network of chapter 3": run.history})

# %% [markdown]
# **What to see:** what a run leaves behind. `model.onnx` is the network in a format that many programs read;
# `run.json` says exactly how it came about; `metrics.jsonl` is the curve.

# %%
for file in sorted(run.folder.glob("[!.]*")):
    print(f"{file.name:<22} {file.stat().st_size:>9,} bytes")

# %% [markdown]
# ## 9. Testing
#
# The examination: 10,000 digits by writers whose hands the network has never seen. `probabilities` gives a row of ten
# for each image, and `score` compares them with the labels.
#
# **What to see:** the share of right answers, and beside it an interval. With other 10,000 digits of the same kind
# the result would be a little different; the interval says how much. A result without one says less than it seems.

# %%
model = run.model()
probabilities = model.probabilities(test.images)
report = digitrec.score(probabilities, test.labels, doubtful=test.doubtful)


def say_score(report):
    low, high = report.interval
    print(
        f"{report.correct:,} of {report.count:,} right: {report.accuracy:.2%}   (95 % interval {low:.2%} to {high:.2%})"
    )


say_score(report)

# %% [markdown]
# Which digits does it take for which? The *confusion matrix* counts.
#
# **What to see:** the diagonal holds the right answers, all else are mistakes. Look for the darkest cells off the
# diagonal, and ask yourself whether you would have guessed those pairs. Is it only the machine that confuses them?


# %%
def draw_confusion(report):
    confusion = np.array(report.confusion)
    mistakes = confusion.copy()
    np.fill_diagonal(mistakes, 0)
    figure, axes = plt.subplots(figsize=(5.4, 5.2))
    axes.imshow(mistakes, cmap="Reds", vmax=max(1, 1.6 * mistakes.max()))
    for expected in range(10):
        for predicted in range(10):
            weight = "bold" if expected == predicted else "normal"
            axes.text(
                predicted, expected, confusion[expected, predicted], ha="center", va="center", size=9, weight=weight
            )
    axes.set(
        title="How often which digit was taken for which",
        xlabel="digit predicted",
        ylabel="digit expected",
        xticks=range(10),
        yticks=range(10),
    )
    plt.show()


draw_confusion(report)

# %% [markdown]
# ## 10. One image passed to the network
#
# Back to our digit number 128. One image is a stack of one: `[128:129]` keeps the shape (1, 28, 28).
#
# **What to see:** the picture beside the digit expected, and the ten probabilities. The tallest bar is the answer;
# the others show what the network hesitates over.


# %%
def draw_answer(image, expected, probabilities, title):
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 2.9), width_ratios=(1, 1.6))
    left.imshow(image, cmap="gray_r")
    left.set_title(f"{title}: expected {expected}")
    left.axis("off")
    predicted = probabilities.argmax()
    colours = [
        "tab:green" if digit == expected else "tab:red" if digit == predicted else "silver" for digit in range(10)
    ]
    bars = right.bar(range(10), 100 * probabilities, color=colours)
    right.bar_label(bars, fmt="%.1f", size=8)
    right.set(
        title=f"predicted {predicted}", xlabel="digit", ylabel="probability in %", xticks=range(10), ylim=(0, 110)
    )
    plt.show()


one = model.probabilities(test.images[CHOSEN : CHOSEN + 1])[0]
draw_answer(test.images[CHOSEN], test.labels[CHOSEN], one, f"test digit {CHOSEN}")

# %% [markdown]
# An error on purpose. It is tempting to pass the network the numbers of chapter 5. They are already between 0 and 1,
# and the network would scale them a second time: every picture would look like full ink, and the answers would be
# quietly wrong. The library refuses instead.
#
# **What to see:** a sentence that says what came and what was expected.

# %%
try:
    model.probabilities(numbers.reshape(1, 28, 28))
except digitrec.DigitrecError as error:
    print(f"{type(error).__name__}: {error}")

# %% [markdown]
# The fix is to pass bytes, light ink on dark ground, and to leave the scaling to the network. If all you have are the
# numbers, turn them back.
#
# **What to see:** the same answer as above, 100 times as a percentage.

# %%
as_bytes = np.round(255 - numbers * 255).astype(np.uint8).reshape(1, 28, 28)
print((100 * model.probabilities(as_bytes)[0]).round(1))

# %% [markdown]
# There is no magic inside. Here is the whole network by hand: two matrix products, one ReLU, one softmax.
#
# **What to see:** ten probabilities again, and by how little they differ from the library's.

# %%
from safetensors.numpy import load_file

weights = load_file(run.folder / "weights.safetensors")

hidden = relu(weights["1.weight"] @ flat.astype(np.float32) + weights["1.bias"])
ten_sums = weights["3.weight"] @ hidden + weights["3.bias"]
by_hand = softmax(ten_sums)

print("units that found something:", int((hidden > 0).sum()), "of", len(hidden))
print("ten sums:     ", ten_sums.round(1))
print("by hand, in %:", (100 * by_hand).round(1))
print("no difference above 0.00001:", bool(abs(by_hand - one).max() < 1e-5))

# %% [markdown]
# ## 11. Twenty random ones
#
# One digit may be luck. Twenty, drawn at random, give a feeling for what nine out of ten or better looks like. Change
# the seed and draw again.
#
# **What to see:** the answer above each digit, and how sure it is. A mistake is marked with ✗ and the digit expected.


# %%
def draw_many(indices, probabilities, title, columns=5):
    rows = -(-len(indices) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(1.75 * columns, 1.9 * rows), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, index in zip(grid.flat, indices):
        predicted, expected = probabilities[index].argmax(), test.labels[index]
        right = predicted == expected
        words = f"{predicted} ✓" if right else f"{predicted} ✗ not {expected}"
        axes.imshow(test.images[index], cmap="gray_r")
        axes.set_title(
            f"{words}\n{probabilities[index].max():.1%} sure", size=10, color="tab:green" if right else "tab:red"
        )
    figure.suptitle(title)
    plt.show()


drawn = np.random.default_rng(11).choice(len(test), 20, replace=False)
draw_many(drawn, probabilities, "Twenty test digits drawn at random")
print(int((probabilities[drawn].argmax(axis=1) == test.labels[drawn]).sum()), "of 20 right")

# %% [markdown]
# ## 12. Tweaking the layers
#
# Can we do better? The knobs are width, depth, learning rate, optimizer and the inversion. The rules of a fair
# comparison come first:
#
# - **One knob at a time.** Turn two, and you will not know which one it was.
# - **The same budget for all**: here the same number of epochs, a fifth of the full training. That favours what
#   learns fast, which is what we are after.
# - **Choose by the validation digits, never by the test digits.** Who tries twelve networks and keeps the one that is
#   best in the examination has let the examination choose; its result is then too good to be true, and nothing is
#   left to tell by how much. `validate=True` keeps 5,000 digits out of the training for us to choose by.
#
# (The library notes a test score in each `run.json`. We leave that envelope shut.)
#
# **What to see:** each trial's line as it finishes. Where does the number jump?


# %%
def trial(name, **knobs):
    recipe = Dense(epochs=TWEAK_EPOCHS, validate=True, **knobs)
    run = digitrec.train(recipe, mnist, seed=0, runs=runs)
    report = digitrec.score(run.model().probabilities(validation.images), validation.labels)
    trials[name] = (recipe, run, report)
    print(f"{name:<32} {report.accuracy:.2%}")


trials = {}
trial("as it was")
trial("no hidden layer", hidden=())
trial("width 100", hidden=(100,))
trial("width 2000", hidden=(2000,))
trial("depth: 512, then 256", hidden=(512, 256))
trial("learning rate 0.1", learning_rate=0.1)
trial("momentum 0.9", momentum=0.9)
trial("Adam, learning rate 0.001", optimizer="adam", learning_rate=0.001)
trial("not inverted", invert=False)

# %% [markdown]
# Neither twenty times the width nor a second layer nor steps ten times as long make much of a difference here. The way
# of stepping does: *momentum* goes on in the direction of the steps before, *Adam* gives each weight a step length of
# its own. And leaving out the inversion brings a little, by doing nothing at all.
#
# Here chapter 5 comes back. Inverted, most inputs are 1 at the same time, in every picture. They push all weights of
# a unit together, up or down, and that common push drowns the small differences that make a digit. Longer steps only
# make it rock. When the ground is 0, those inputs keep quiet, and longer steps become possible. So the knobs are not
# independent, and it is worth trying the good ones together.

# %%
trial("not inverted, rate 0.1", invert=False, learning_rate=0.1)
trial("not inverted, 0.1, momentum", invert=False, learning_rate=0.1, momentum=0.9)
trial("not inverted, 0.1, mom., 512-256", invert=False, learning_rate=0.1, momentum=0.9, hidden=(512, 256))

# %% [markdown]
# **What to see:** all trials in a table, the best first. Compare the intervals before you call one better than
# another: 5,000 digits cannot tell apart what lies within a few tenths of a per cent.

# %%
ranked = sorted(trials, key=lambda name: trials[name][2].accuracy, reverse=True)

print(f"{f'{TWEAK_EPOCHS} epochs each':<33} {'weights':>9}  {'validation':>10}   {'95 % interval':<15}  seconds")
for name in ranked:
    tried, its_run, result = trials[name]
    low, high = result.interval
    seconds = its_run.record["clocks"]["train_seconds"]
    print(
        f"{name:<33} {tried.weights:>9,}  {result.accuracy:>10.2%}   {100 * low:.2f} to {100 * high:.2f}   {seconds:>7.1f}"
    )

# %% [markdown]
# **What to see:** the same as a picture. Dots whose lines overlap widely are not to be told apart.

# %%
results = [trials[name][2] for name in reversed(ranked)]
accuracy = 100 * np.array([result.accuracy for result in results])
low, high = 100 * np.array([result.interval for result in results]).T

figure, axes = plt.subplots(figsize=(8, 4.2))
axes.errorbar(accuracy, range(len(results)), xerr=(accuracy - low, high - accuracy), fmt="o", capsize=3)
axes.axvline(100 * trials["as it was"][2].accuracy, color="silver", linestyle="--", zorder=0)
axes.set(
    yticks=range(len(results)),
    yticklabels=reversed(ranked),
    xlabel="right, % of the validation digits (line: 95 % interval)",
    title=f"Trials of {TWEAK_EPOCHS} epochs; dashed: the network as it was",
)
axes.grid(axis="x", alpha=0.3)
plt.show()

# %% [markdown]
# ### The chosen one
#
# The validation digits have chosen. Now the winner gets the full budget and, as there is nothing left to choose, all
# 60,000 digits to learn from.
#
# **What to see:** how soon it passes the point where the first network ended, on both curves.

# %%
winner = ranked[0]
chosen = replace(trials[winner][0], epochs=EPOCHS, validate=False)
print("chosen:", winner)

better = digitrec.train(chosen, mnist, seed=0, runs=runs, on_progress=say)
draw_curve({"as it was": run.history, "the chosen one": better.history})

# %% [markdown]
# Mind the right-hand curve: it counts digits that the network has been learning from. Near 100 % it knows them by
# heart, and that says nothing about new ones. For those we go to the examination. Once.
#
# **What to see:** the two results, old and new. Their intervals are far apart, so this difference is real.

# %%
probabilities = better.model().probabilities(test.images)
better_report = digitrec.score(probabilities, test.labels, doubtful=test.doubtful)

print("as it was        ", end="")
say_score(report)
print("the chosen one   ", end="")
say_score(better_report)

# %% [markdown]
# ## 13. The mistakes that remain
#
# A score says how many. To learn something, look at which. We sort the mistakes by how sure the network was, the
# surest first.
#
# **What to see:** some you would have got right yourself; there the network has something to learn. With others you
# can see its point.

# %%
wrong = np.flatnonzero(probabilities.argmax(axis=1) != test.labels)
surest = wrong[np.argsort(-probabilities[wrong].max(axis=1))]
draw_many(surest[:15], probabilities, f"The 15 surest of {len(wrong)} mistakes")

# %% [markdown]
# And some labels are themselves in doubt: people who were shown these test digits did not agree with the label, or
# not with one another. The library knows fifteen of them, `test.doubtful`.
#
# **What to see:** the network's answer and the label for each. Which would you say? Several of the surest "mistakes"
# above are here again. Nobody can be 100 % right on such an examination, and a network that claims to be has seen the
# answers.

# %%
draw_many(test.doubtful, probabilities, "The 15 test digits with a doubtful label")
print(f"right on all {better_report.count:,}: {better_report.accuracy:.2%}")
print(f"right without them, on {better_report.count_of_valid_labels:,}: {better_report.accuracy_on_valid_labels:.2%}")

# %% [markdown]
# ## 14. And my own digits?
#
# The best-known complaint about networks like this one: "98 % in the test, and wrong on my own digit." Here is why.
# All MNIST digits were centred with care. We push the test digits aside by a few pixels, which no human reader would
# even notice.
#
# **What to see:** how fast the score falls. The network has learnt which pixels are dark, and not what a shape is.

# %%
shifts = range(7)
scores = []
for shift in shifts:
    moved = np.roll(test.images, shift, axis=2)  # to the right
    scores.append(100 * digitrec.score(better.model().probabilities(moved), test.labels).accuracy)

figure, axes = plt.subplots(figsize=(6, 3))
axes.plot(shifts, scores, marker="o")
for shift, value in zip(shifts, scores):
    axes.annotate(f"{value:.1f}", (shift, value), xytext=(4, 5), textcoords="offset points", size=9)
axes.set(title="Test digits moved to the right", xlabel="pixels moved", ylabel="right, %", ylim=(0, 108))
axes.grid(alpha=0.3)
plt.show()

# %% [markdown]
# So a result holds for digits *like those of the test*, and for no others. Whoever reads digits from a photo must
# first find, scale and centre them as MNIST's were, or train on digits that are moved about. Both are done by
# `digitrec read photo.jpg` in a terminal and `digitrec.read("photo.jpg")` in Python, with a network that comes along.

# %% [markdown]
# ## 15. Try it yourself
#
# 1. Set `learning_rate=0.5` in a trial of the inverted network. Read the error. Then add `invert=False`.
# 2. Train the first network with `seed=1`, 2 and 3. How much do the results differ? Is that more or less than the
#    interval?
# 3. Replace ReLU: `activation="tanh"`, or `"sigmoid"`. Which learns fastest in the first epoch?
# 4. `hidden=()` has no hidden layer. Draw its ten rows of weights (`1.weight`) as pictures of 28 × 28. What do you see?
# 5. Train on moved digits, `moved = digitrec.Digits(np.roll(train.images, 3, axis=2), train.labels)` and
#    `digitrec.train(chosen, mnist._replace(train=moved), runs=runs)`, and draw the picture of chapter 14 again.
#
# The same from a terminal: `digitrec train --recipe dense`, `digitrec test`, `digitrec show --wrong 12`, and
# `digitrec train --recipe dense --hidden 512,256 --learning-rate 0.1 --no-invert`. Without `--recipe`,
# `digitrec train` trains a convolutional network.
#
# Last of all we tidy up.

# %%
workshop.cleanup()
