"""JSON schemas in the subset that a provider enforces."""
