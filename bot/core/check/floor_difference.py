"""What a changed safety floor stops to promise: each entry that was removed or loosened, with a patient who loses by it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.check.floor import Floor, FloorEntry
from bot.core.check.patient import Patient
from bot.core.check.space import Space
from bot.core.flow.conditions import holds
from bot.core.flow.model import Script


@dataclass(frozen=True, slots=True)
class Loosened:
    """An entry of the old floor that the new one does not keep for this patient."""

    entry: FloorEntry
    patient: Patient

    def __str__(self) -> str:
        return f"{self.entry.id} promised {self.entry.at_least} and is not kept any more: {self.patient}"


def loosened(old: Floor, new: Floor, scripts: tuple[Script, ...]) -> tuple[Loosened, ...]:
    """The promises that the new floor does not keep for every patient of one procedure.

    ``scripts`` are the script in force and the new one, or only one where there is no other: an answer that either of
    them offers counts.
    """
    return tuple(_found(old, new, scripts))


def _found(old: Floor, new: Floor, scripts: tuple[Script, ...]) -> Iterator[Loosened]:
    procedure, script = scripts[0].procedure, scripts[0]
    kept = new.binding(procedure)
    space: Space | None = None
    for entry in old.binding(procedure):
        covering = [each for each in kept if each.at_least.at_least(entry.at_least)]
        if any(each.when == entry.when for each in covering):
            continue
        space = space or Space(*scripts)
        view, logic = space.views[0], space.logic

        def still(patient: Patient, entry: FloorEntry = entry, covering: list[FloorEntry] = covering) -> bool:
            facts = patient.facts(script)
            return holds(entry.when, facts) and not any(holds(each.when, facts) for each in covering)

        promised = logic.negated(logic.any_of([view.truth(each.when) for each in covering]))
        patient = space.patient(still, view.truth(entry.when), promised)
        if patient is not None:
            yield Loosened(entry, patient)
