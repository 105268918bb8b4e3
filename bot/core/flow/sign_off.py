"""What a clinician still has to sign, and what the signatures in ``clinic/sign-off.yaml`` clear of it.

A point has an identity of its own: what it belongs to (a procedure, the floor, ...) and its name there. A signature
holds for the content that was signed, named by its hash; for any other content it clears nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.flow.model import Reason, Rule, Script
from bot.core.flow.nodes import Listing, Mapped, Node, Place, Scalar
from bot.core.flow.rule_reading import RAISED
from bot.core.flow.yaml_source import parse

MASTER_LANGUAGE = "en"
TRANSLATED = "no native clinician has reviewed the texts in this language (section 8.2 no. 16 of the brief)"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that waits for a signature. ``of`` is a procedure or a file of the clinic, ``what`` the reason."""

    of: str
    item: str
    what: str

    def __str__(self) -> str:
        return f"{self.of} {self.item}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be signed: its name, the hash of its content, and its points."""

    name: str
    revision: str
    points: tuple[Point, ...]
    is_procedure: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody's signature. No ``items`` means every point of ``of``; ``floor`` is named with a procedure only."""

    name: str
    role: str
    licence: str
    date: str
    of: str
    revision: str
    floor: str
    items: tuple[str, ...]
    place: Place

    @property
    def who(self) -> str:
        """The signer in one line."""
        return f"{self.name}, {self.role}, {self.date}"


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A signature that clears nothing, and why."""

    signature: Signature
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is signed and what is not: ``open`` points, and ``lapsed`` signatures of other contents."""

    open: tuple[Point, ...]
    signed: tuple[tuple[Point, Signature], ...]
    lapsed: tuple[Lapsed, ...]

    @property
    def is_signed(self) -> bool:
        """Has a clinician signed every point?"""
        return not self.open

    @property
    def signers(self) -> tuple[str, ...]:
        """Who signed what holds now, each once."""
        return tuple(dict.fromkeys(signature.who for _, signature in self.signed))


def points_of(script: Script) -> tuple[Point, ...]:
    """The points of a script: rules and reasons with a mark, its own list, and every language that was translated.

    A rule and its sister that was raised for patients at risk are one point.
    """
    found: dict[str, str] = {}
    everything: tuple[Rule | Reason, ...] = (*script.rules, *script.expected, *script.self_care)
    for marked in everything:
        if marked.sign_off:
            found.setdefault(marked.id.removesuffix(RAISED), marked.sign_off)
    found.update(script.sign_off)
    found.update((f"texts-{language}", TRANSLATED) for language in script.texts if language != MASTER_LANGUAGE)
    return tuple(Point(script.procedure, item, what) for item, what in found.items())


def points_in(text: str, file: str, of: str) -> tuple[Point, ...]:
    """The points of a file of the clinic: its own ``sign_off``, and that of each entry of its lists that has an id."""
    top = parse(text, file)
    found = []
    if whole := _value(top, "sign_off"):
        found.append(Point(of, of, whole))
    for _, node in top.entries if isinstance(top, Mapped) else ():
        for entry in node.items if isinstance(node, Listing) else ():
            name, what = _value(entry, "id"), _value(entry, "sign_off")
            if name and what:
                found.append(Point(of, name, what))
    return tuple(found)


def standing(subjects: Iterable[Subject], signatures: Iterable[Signature], floor: str) -> Standing:
    """What these signatures clear of these subjects; ``floor`` names the floor that is in the folder now."""
    signatures = tuple(signatures)
    opened: list[Point] = []
    signed: list[tuple[Point, Signature]] = []
    lapsed: list[Lapsed] = []
    for subject in subjects:
        mine = [each for each in signatures if each.of == subject.name]
        reasons = {each: _lapsed(each, subject, floor) for each in mine}
        lapsed += [Lapsed(each, why) for each, why in reasons.items() if why]
        held = [each for each in mine if not reasons[each]]
        for point in subject.points:
            by = next((each for each in held if not each.items or point.item in each.items), None)
            if by is None:
                opened.append(point)
            else:
                signed.append((point, by))
    return Standing(tuple(opened), tuple(signed), tuple(lapsed))


def counted(points: Iterable[Point]) -> Mapping[str, int]:
    """How many points each subject has."""
    found: dict[str, int] = {}
    for point in points:
        found[point.of] = found.get(point.of, 0) + 1
    return found


def _lapsed(signature: Signature, subject: Subject, floor: str) -> str:
    if signature.revision != subject.revision:
        what = "script" if subject.is_procedure else "file"
        return f"signed for revision {signature.revision}, the {what} is now {subject.revision}: sign again"
    if subject.is_procedure and signature.floor != floor:
        return f"signed under the safety floor {signature.floor}, the floor is now {floor}: sign again"
    return ""


def _value(node: Node, key: str) -> str:
    for name, value in node.entries if isinstance(node, Mapped) else ():
        if name.text == key and isinstance(value, Scalar):
            return " ".join(value.text.split())
    return ""
