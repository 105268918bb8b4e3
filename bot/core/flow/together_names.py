"""The small steps of a combination: names, orders, and whether two questions of one name are the same question."""

from collections.abc import Iterable, Mapping, Sequence

from bot.core.flow.conditions import AllOf, AnswerIs, AnyOf, Condition, HasPrevious, NumberIs, Twice, Worse
from bot.core.flow.model import Question, QuestionKind, Script, Silence

MARK = "@"
"""Stands between the name of something and the script that it came from, where two scripts give it different sense."""


def united(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """All of the names, each once: the first of every list, then those between, then the last of every list."""
    known = [tuple(each) for each in lists if each]
    last = {each[-1] for each in known if len(each) > 1}
    first = dict.fromkeys(each[0] for each in known)
    between = dict.fromkeys(name for each in known for name in each if name not in first and name not in last)
    ends = dict.fromkeys(each[-1] for each in known if len(each) > 1 and each[-1] not in first)
    return (*first, *between, *ends)


def label(name: str, mark: str) -> str:
    """The name of something in a combined script; the plus of a raised rule stays at its end."""
    return f"{name.removesuffix('+')}{MARK}{mark}{'+' if name.endswith('+') else ''}"


def plain(name: str) -> str:
    """The name of a question without what a combined script added to it."""
    return name.partition(MARK)[0]


def spoken(rule: str) -> str:
    """The id of a rule as staff read it: ``ST-1 (scalp)``, not ``ST-1@scalp``; any other id as it is."""
    name, mark, origin = rule.removesuffix("+").partition(MARK)
    raised = "+" if rule.endswith("+") else ""
    return f"{name}{raised} ({origin})" if mark else rule


def renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    """The condition about questions that are called otherwise; the very same object where nothing changes."""
    match condition:
        case AnswerIs() | NumberIs() | Worse() | HasPrevious():
            name = names[condition.question]
            return condition if name == condition.question else condition.model_copy(update={"question": name})
        case Twice():
            inner = renamed(condition.of, names)
            return condition if inner is condition.of else Twice(of=inner)
        case AllOf() | AnyOf():
            parts = tuple(renamed(part, names) for part in condition.of)
            same = all(new is old for new, old in zip(parts, condition.of, strict=True))
            return condition if same else condition.model_copy(update={"of": parts})
        case _:
            return condition


def is_same(one: Question, names: Mapping[str, str], other: Question, other_names: Mapping[str, str]) -> bool:
    """Can one answer serve both? The same answers; a screen may have further lines, but no line with another sense."""
    if one.kind is not other.kind or one.answers != other.answers:
        return False
    if one.kind is not QuestionKind.SCREEN:
        return True
    lines = {line.code: line for line in other.lines}
    for line in one.lines:
        known = lines.get(line.code)
        if known is None:
            continue
        details = (names.get(line.detail or ""), other_names.get(known.detail or ""))
        if details[0] != details[1] or (line.at_once, line.if_silent) != (known.at_once, known.if_silent):
            return False
    return True


def stands_alone(script: Script, question: str) -> bool:
    """Is it asked of everybody in some set of its script, because no line of that set opens it?"""
    screens = {screen for screen, _ in script.openers.get(question, ())}
    return any(question in members and screens.isdisjoint(members) for members in script.sets.values())


def stricter(questions: Sequence[Question]) -> Silence | None:
    """The shortest patience, and the worst of what silence counts as."""
    known = [question.silence for question in questions if question.silence is not None]
    if not known:
        return None
    codes = questions[0].codes
    worst = max(known, key=lambda silence: codes.index(silence.counts_as) if silence.counts_as in codes else -1)
    return Silence(after_s=min(silence.after_s for silence in known), counts_as=worst.counts_as)


def each_once(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))


def in_order(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One order out of several: the first list's, and each further name right before the next one that is known."""
    order = list(lists[0])
    for names in lists[1:]:
        place = len(order)
        for name in reversed(names):
            if name in order:
                place = order.index(name)
            else:
                order.insert(place, name)
    return tuple(order)
