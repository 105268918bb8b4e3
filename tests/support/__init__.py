"""What several rooms' tests share: builders of valid rows, databases to test on."""
