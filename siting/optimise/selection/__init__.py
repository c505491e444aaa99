"""How often each site is chosen under plausible errors of what is known of the sites."""
