"""How values are spelt in scripts, and what other programs that read YAML would take for something else."""

import re

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
"""A code, an id, a key that the writer chose."""

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,8})")
"""A whole number."""

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?")
"""A number, perhaps with a fraction."""

FLAG = re.compile(r"true|false")
"""A truth value."""

MISTAKEN = re.compile(
    r"yes|no|on|off|true|false|null|~"  # a truth value, or nothing
    r"|[-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9]+)(e[-+]?[0-9]+)?|0x[0-9a-f]+|0o[0-7]+|[-+]?\.inf|\.nan"  # a number
    r"|[0-9]+(:[0-5]?[0-9])+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",  # base 60, a date
    re.IGNORECASE,
)
"""A word without quotes that some YAML reader takes for a truth value, nothing, a number or a date."""
