"""From the gate to AWS: releases, and what brings them to an account."""
