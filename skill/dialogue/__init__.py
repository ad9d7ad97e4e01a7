"""The conversation as a pure state machine: step(state, event) gives the next state and effects."""
