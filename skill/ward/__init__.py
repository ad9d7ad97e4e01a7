"""Many beds: what they send is kept in one database and shown on one page."""
