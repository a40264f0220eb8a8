"""Measures of what students get, indices of how unequally, and the plain statistics of equity."""
