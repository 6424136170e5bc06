"""From a picture of handwriting to what is written in it. Needs no torch."""
