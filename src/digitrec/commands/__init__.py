"""The commands, one module each: options to calls, results to text."""
