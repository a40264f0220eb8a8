"""Example districts, scenarios and changes, shipped with the planner as data.

This package holds no code: every subfolder is data. ``riverbend/district`` is a synthetic district of 40
schools, written by ``planner.generate.generate_district(folder, schools=40, seed=7)``; a test makes it again
and compares every byte.
"""
