"""A mailbox as a specification, and what is checked against it."""
