"""What a recorder keeps of a week of a farm."""
