"""MNIST and digits shaped like it: found, fetched, verified, split."""
