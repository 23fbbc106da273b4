"""When and with whom they sit down: requests to a schedule with a bound."""
