"""From digits to a run folder with a model in it. Needs the extra `train`, except for the recipes and runs."""
