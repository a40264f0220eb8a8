"""Charts: pure functions from tidy frames to HoloViews objects. They know no page and no session."""
