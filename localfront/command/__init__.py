"""The commands: options, `serve` with its start-up and live reload, and smaller ones."""
