"""Learning how the one who sleeps here says the phrases. Optional: nothing below knows of it, only its file is read."""
