"""Read by each Python that a service of `core_only` starts: it lacks the same modules."""

import core_only

core_only.hide()
