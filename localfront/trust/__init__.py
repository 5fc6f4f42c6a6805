"""The local certificate authority: its constraints, its files, and trust stores."""
