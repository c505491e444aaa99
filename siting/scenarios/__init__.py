"""What is asked of many plans, or of a plan and the world: so far, whether what was built stands where it says."""
