"""The tests of credrelayd's processes; tests/test_pool runs them."""
