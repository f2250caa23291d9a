"""What the integration costs Home Assistant, against the ordinary way and the floor."""
