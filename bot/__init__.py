"""Aftercare: follows patients after injections under the skin and never loses a red flag."""
