"""`localfront check`: find what AWS would refuse, and common mistakes, before a deployment."""
