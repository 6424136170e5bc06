"""From digits to a run folder with a model in it. Needs the extra `train`, but for recipes and runs."""

import os

# Torch's threads wait for each other by spinning, for so long by default that a training beside
# another busy program is six times slower. This count loses nothing on idle cores and half of
# that when they are shared (experiments/LOG.md); it is read once, when torch is first imported.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
