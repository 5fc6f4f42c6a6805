"""What is deployed, made of the sources: archives and the front end."""
