"""What tests/test_device needs: devices, and a relay that can misbehave."""
