"""The local certificate authority: what it may sign, where it is kept, who trusts it."""
