"""What must be true of a script before it is published: one module a rule, findings as data, proofs by z3."""
