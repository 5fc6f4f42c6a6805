"""What AWS would refuse of a distribution, and what commonly goes wrong with one, before it is deployed."""
