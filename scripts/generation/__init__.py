"""The kinds of generated files, one module each."""
