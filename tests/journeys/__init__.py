"""Promises between rooms, over the real rooms: what a person chooses or says has its effect where it was promised."""
