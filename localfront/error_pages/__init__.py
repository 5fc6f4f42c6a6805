"""Error pages of localfront itself, as HTML, text and JSON."""
