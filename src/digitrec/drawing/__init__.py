"""Digits to look at: in the terminal, and as pictures."""
