"""Where the things of a script stand in its files, so that findings can point there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.flow.nodes import Place


@dataclass(frozen=True)
class Positions:
    """The places of one script, by kind and name.

    Kinds and names: ``rule PA-2``, ``question BR``, ``set A``, ``condition on_face``, ``expected EX-SW-1``,
    ``self_care SC-1``, ``symptom FE``, ``advice d1``, ``site cheek``, ``modifier filler``, ``check-in c3``, ``plan``
    (its name is empty), and for texts the kind ``text en`` with the key (``question.A.ask``).
    """

    file: str
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)

    def of(self, kind: str, name: str = "") -> Place:
        """Where this stands; the procedure's own file as a whole when nobody knows.

        A rule that was raised (``IN-2+``) stands where the rule stands that it was made from.
        """
        found = self.places.get((kind, name)) or self.places.get((kind, name.removesuffix("+")))
        return found or Place(self.file)
