"""Digits damaged on purpose, to see what a recogniser withstands."""
