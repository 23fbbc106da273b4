"""Which projects, in what order: appraisal, selection, phasing."""
