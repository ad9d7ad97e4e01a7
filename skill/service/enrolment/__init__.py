"""An enrolment that a page leads beside the night (skill/enrol does the work, in a process of its own)."""
