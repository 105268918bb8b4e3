"""Mutation of scripts: small errors are put into the rules, and something must notice each of them."""
