"""The tool loop: a model answers, its calls are made, and their results go back, until it calls no more."""
