"""What holds for every test."""

from hypothesis import HealthCheck, settings

# Correctness is tested here, not speed: a busy machine is no reason to fail.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")
