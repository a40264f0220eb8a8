"""Search for the best plan: the only place that knows PuLP and HiGHS."""
