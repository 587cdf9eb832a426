"""What tests/test_notify is made of."""
