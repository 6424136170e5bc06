"""onnxruntime, told before it is loaded to report nothing.

In: nothing. Out: the library, for whoever runs a model. From the moment it is loaded, newer versions of it (1.32, say)
keep a number for this machine in the user's cache and look for their maker's servers, unless a variable forbids it; but
digitrec promises to work offline, and what a person reads is nobody else's business. Knows no model.
"""

import os

# Whoever wants it reported can say so: what is set already stays.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

__all__ = ["onnxruntime"]
