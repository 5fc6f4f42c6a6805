"""Values passed between the steps of a request: exchange, outcome, trace."""
