"""Long-running tests with made-up input: what nobody would think of writing down as a case."""
