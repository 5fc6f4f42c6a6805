"""`localfront check`: what AWS would refuse, and what commonly goes wrong, before a deployment."""
