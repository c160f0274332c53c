"""What each service accepts, so that a formatter's mistakes show: one wire a file."""
