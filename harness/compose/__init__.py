"""The programs inside docker-compose.yml's containers."""
