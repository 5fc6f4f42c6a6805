"""Build the deployed archives and the front end."""
