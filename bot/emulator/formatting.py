"""Formatted text: HTML becomes plain text and entities with UTF-16 offsets."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.emulator.errors import Refused, bad_request
from bot.emulator.wire import Wire, utf16_length

_ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*>")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_SPECIAL = re.compile(r"<|&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);")
_TYPED = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)"
    r"|(?P<url>https?://[^\s<>]+)"
    r"|(?P<mention>(?<!\w)@\w{3,32})"
)


@dataclass(slots=True)
class _Open:
    """A start tag that still waits for its end tag."""

    tag: str
    attributes: dict[str, str]
    offset: int


def format_text(text: str, parse_mode: str | None, given: Any = None) -> tuple[str, list[Wire]]:
    """Return plain text and entities, trimmed; refuses bad markup and modes other than HTML."""
    entities: list[Wire] = []
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        text, entities = parse_html(text)
    elif given:
        entities = [dict(entity) for entity in given]
    plain = text.strip()
    if entities:
        lead = utf16_length(text[: len(text) - len(text.lstrip())])
        entities = _cut_to_fit(entities, lead, utf16_length(plain))
    return plain, entities


def find_entities(text: str) -> list[Wire]:
    """The commands, links and mentions that Telegram marks by itself in what a person typed."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in _TYPED.finditer(text)
    ]


def parse_html(source: str) -> tuple[str, list[Wire]]:
    """Parse Telegram's HTML; refuses an unknown tag, a wrong end tag and a tag that is never closed."""
    plain: list[str] = []
    entities: list[Wire] = []
    open_tags: list[_Open] = []
    units = 0
    position = 0
    while (special := _SPECIAL.search(source, position)) is not None:
        before = source[position : special.start()]
        plain.append(before)
        units += utf16_length(before)
        if special.group() != "<":
            character = unescape(special.group())
            plain.append(character)
            units += utf16_length(character)
            position = special.end()
            continue
        tag = _TAG.match(source, special.start())
        if tag is None:
            raise _unparsable("Unsupported start tag", source, special.start())
        if tag[1]:
            entities += _close(open_tags, tag[2].lower(), units, source, special.start())
        else:
            open_tags.append(_start(tag, units, source))
        position = tag.end()
    if open_tags:
        raise bad_request(
            f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1].tag}\""
        )
    plain.append(source[position:])
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(plain), entities


def _start(tag: re.Match[str], units: int, source: str) -> _Open:
    name = tag[2].lower()
    attributes = {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(tag[3])
    }
    known = name in _ENTITY_OF_TAG and (name != "span" or attributes.get("class") == "tg-spoiler")
    if not known:
        raise _unparsable(f'Unsupported start tag "{name}"', source, tag.start())
    return _Open(name, attributes, units)


def _close(open_tags: list[_Open], name: str, units: int, source: str, position: int) -> list[Wire]:
    if not open_tags:
        raise _unparsable("Unexpected end tag", source, position)
    opened = open_tags.pop()
    if opened.tag != name:
        raise _unparsable("Unmatched end tag", source, position, f', expected "</{opened.tag}>", found "</{name}>"')
    if units == opened.offset:
        return []
    language = opened.attributes.get("class", "")
    if name == "code" and language.startswith("language-") and open_tags and open_tags[-1].tag == "pre":
        open_tags[-1].attributes["language"] = language.removeprefix("language-")
        return []
    entity: Wire = {"type": _ENTITY_OF_TAG[name], "offset": opened.offset, "length": units - opened.offset}
    if name == "a":
        if "href" not in opened.attributes:
            return []
        entity["url"] = opened.attributes["href"]
    elif name == "pre" and "language" in opened.attributes:
        entity["language"] = opened.attributes["language"]
    elif name == "blockquote" and "expandable" in opened.attributes:
        entity["type"] = "expandable_blockquote"
    return [entity]


def _unparsable(problem: str, source: str, position: int, rest: str = "") -> Refused:
    offset = len(source[:position].encode())
    return bad_request(f"can't parse entities: {problem} at byte offset {offset}{rest}")


def _cut_to_fit(entities: list[Wire], lead: int, length: int) -> list[Wire]:
    fitting = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, length)
        if start < end:
            fitting.append(entity | {"offset": start, "length": end - start})
    return fitting
