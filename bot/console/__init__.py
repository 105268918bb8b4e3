"""The web side: health, readiness, metrics and the webhook now; the console's pages have their place here."""
