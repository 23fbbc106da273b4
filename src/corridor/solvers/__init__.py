"""One door to the optimisers: seed, time limit, status, objective, bound, gap."""
