"""A night without a bed: a simulated person speaks into the very same hearing, at real pace or faster."""
