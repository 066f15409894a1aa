"""Why this plan: what limits it, why not another offer, what it changes against today, the way out of a conflict."""
