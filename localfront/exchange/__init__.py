"""What the steps of a request hand to each other: the exchange, its outcome and its trace."""
