"""The whole product, two phones, time moved and never slept."""
