"""How a call happens, for any provider."""
