"""The whole report on a model: assembled, and laid out as one page."""
