"""Pages for errors that localfront answers itself: for browsers, for terminals, for programs."""
