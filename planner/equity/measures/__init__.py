"""What each school gets. One file a measure; adding a measure is adding a file."""
