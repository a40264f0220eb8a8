"""Pages: each builds its cards from the state and draws them one after another."""
