"""The pages as a captain knows them: found by role and label, with verbs a person would use."""
