"""What the test programs share: an instance, a client, TAP, psql, cases."""
