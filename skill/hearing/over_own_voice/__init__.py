"""A person who speaks while we do, told from our own voice."""
