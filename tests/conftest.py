"""What every test shares."""

from __future__ import annotations

import hypothesis

# Numbers of a first call (imports, compiling) say nothing about an example, so no example has a deadline.
hypothesis.settings.register_profile("backstep", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("backstep")
