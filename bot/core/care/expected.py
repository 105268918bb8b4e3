"""What a script itself calls expected of one answer, hour by hour after a session: the band behind a patient's curve."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.flow.conditions import Facts, questions_in
from bot.core.flow.model import Question, Reason, Script, given_for


@dataclass(frozen=True, slots=True)
class Band:
    """The worst answer that is still expected at each hour, as a place in ``codes``; 0 where only "well" is.

    ``reasons`` are the script's lines that say so, ``sources`` their source marks; both empty: the script says nothing.
    """

    question: str
    codes: tuple[str, ...]
    worst: tuple[tuple[float, int], ...]
    reasons: tuple[str, ...]
    sources: tuple[str, ...]


def expected_band(
    script: Script,
    question: Question,
    hours: Iterable[tuple[float, int]],
    sites: frozenset[str],
    modifiers: frozenset[str],
) -> Band:
    """The band for somebody who is well but for this answer; ``hours`` are (hour, day by her calendar) in order.

    Nothing is added to what the script's ``expected`` rules say of this question: where they are silent, so is the band.
    """
    reasons = tuple(reason for reason in script.expected if question.id in questions_in(reason.when))
    worst, used = [], dict[str, Reason]()
    for hour, day in hours:
        place = 0
        for code in range(1, len(question.codes)):
            given = given_for(question, (question.codes[code],))
            answers = {**script.well, question.id: given}
            facts = Facts(answers, hour, day, script.procedure, sites, modifiers, {}, script.revision)
            fits = [reason for reason in reasons if reason.applies(facts)]
            used.update((reason.id, reason) for reason in fits)
            if fits:
                place = code
        worst.append((hour, place))
    marks = tuple(dict.fromkeys(mark for reason in used.values() for mark in reason.source))
    return Band(question.id, question.codes, tuple(worst), tuple(used), marks)
