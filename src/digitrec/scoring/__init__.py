"""How good a recogniser is: arrays in, a report out."""
