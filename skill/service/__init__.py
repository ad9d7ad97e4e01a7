"""The event loop that joins the rooms, its health, and the only place that wires real parts together."""
