"""What is said: values only, no IO, no provider."""
