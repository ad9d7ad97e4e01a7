"""The speech models that ship, and the code that made them."""
