"""The web app: compare plans side by side, and change them by hand. `ui.app.serve` starts it."""
