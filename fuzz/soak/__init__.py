"""The soak test: marked requests to a whole localfront while everything around it fails."""
