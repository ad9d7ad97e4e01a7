"""Is the voice understood? Strangers' ears, clean and as old people hear."""
