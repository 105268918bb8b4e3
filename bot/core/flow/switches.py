"""The clinic's switches that scripts may ask for: a closed set, each off until the clinic turns it on."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.core.flow.reader import Reader

ALL_OFF: Mapping[str, bool] = MappingProxyType({"allow_nsaid": False})
"""Every switch, as it is where a clinic says nothing. ``allow_nsaid``: ibuprofen may be named as a choice, after the
gate of pain relief (clinical brief, section 5)."""


def read_switches(at: Reader) -> Mapping[str, bool]:
    """The switches as the clinic's file (``clinic/practice.yaml``) sets them; what it leaves out is off.

    Problems with the file are reported; an unclear switch is off.
    """
    fields = at.mapping(optional=("sign_off", *ALL_OFF))
    fields["sign_off"].text()
    return {name: fields[name].flag() for name in ALL_OFF}
