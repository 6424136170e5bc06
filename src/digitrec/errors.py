"""What can go wrong, as one small tree.

Every message says what came, what was expected and what to do, in one line.
The command line prints it on standard error and exits with a non-zero code;
nothing here knows of the terminal.

    DigitrecError
    ├── DataError        digits that cannot be found, fetched, parsed or verified
    │   └── CacheError   the cache of fetched digits that cannot be written
    ├── ModelError       a model file that cannot be loaded or does not fit
    ├── PatternError     a rule for what a line may say that makes no sense
    ├── PictureError     a picture that cannot be found, read or decoded
    ├── RecipeError      a recipe whose values make no sense
    ├── RunError         a run folder that is missing, damaged, in use or of another version
    ├── ScoreError       arrays that cannot be scored
    ├── TrainingError    a training that cannot start or does not learn
    └── MissingExtraError  a part of digitrec that is not installed
"""


class DigitrecError(Exception):
    """The root of all errors that digitrec raises on purpose."""


class DataError(DigitrecError):
    """Digits that cannot be found, fetched, parsed or verified."""


class CacheError(DataError):
    """The cache cannot be written: no other source of the digits would help."""


class ModelError(DigitrecError):
    """A model file that cannot be loaded, or does not map digits to ten probabilities."""


class PatternError(DigitrecError):
    """A rule for what a line may say that cannot be read, or that nothing can keep."""


class PictureError(DigitrecError):
    """A picture that cannot be found, read or decoded."""


class RecipeError(DigitrecError):
    """A recipe whose values make no sense."""


class RunError(DigitrecError):
    """A run folder that is missing, damaged, in use or of another version."""


class ScoreError(DigitrecError):
    """Arrays that cannot be scored."""


class TrainingError(DigitrecError):
    """A training that cannot start, or does not learn."""


class MissingExtraError(DigitrecError):
    """A part of digitrec that is not installed."""


def first_line(error: BaseException) -> str:
    """Return the first line of what an error of another library says, at most 200 letters, or else its kind."""
    return next(iter(str(error).splitlines()), "").strip()[:200] or type(error).__name__
