"""The replies of each provider, one wire a file."""
