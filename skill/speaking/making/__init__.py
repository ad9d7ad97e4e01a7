"""Sentences made into sound by a neural engine, by day: from words to a finished, checked sentence."""
