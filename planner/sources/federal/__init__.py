"""What the federal sources share: their codes, their districts, and how schools become a data set."""
