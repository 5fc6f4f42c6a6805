"""The whole stack in a browser: what a captain sees and does."""
