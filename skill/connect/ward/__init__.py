"""A bed as part of a ward: what it sends, and how it sees to it that everything arrives."""
