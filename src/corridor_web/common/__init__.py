"""What every page needs: layout, listing, downloads, errors, jobs, the policy table."""
