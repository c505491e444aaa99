"""Fields that follow a site's hours."""
