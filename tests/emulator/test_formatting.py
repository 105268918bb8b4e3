"""HTML: every tag that Telegram knows, offsets in UTF-16 units, and what it refuses."""

import pytest

from bot.emulator.errors import Refused
from bot.emulator.formatting import find_entities, format_text, parse_html


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<strong>x</strong>", "bold"),
        ("<i>x</i>", "italic"),
        ("<em>x</em>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
    ],
)
def test_tags(source: str, kind: str) -> None:
    assert parse_html(source) == ("x", [{"type": kind, "offset": 0, "length": 1}])


def test_links_and_languages() -> None:
    text, entities = parse_html(
        '<a href="https://e.org/?a=1&amp;b=2">in</a> <pre><code class="language-py">y</code></pre>'
    )
    assert text == "in y"
    assert entities == [
        {"type": "text_link", "offset": 0, "length": 2, "url": "https://e.org/?a=1&b=2"},
        {"type": "pre", "offset": 3, "length": 1, "language": "py"},
    ]


def test_offsets_count_utf16_units() -> None:
    assert parse_html("🙂 <b>🙂a</b>")[1] == [{"type": "bold", "offset": 3, "length": 3}]


def test_only_the_known_character_references_are_unescaped() -> None:
    assert parse_html("&lt;b&gt; &amp; &quot; &#39; &#x41; &nbsp; &")[0] == "<b> & \" ' A &nbsp; &"


def test_nested_entities_are_ordered_outside_in() -> None:
    kinds = [entity["type"] for entity in parse_html("<b><i>x</i>y</b>")[1]]
    assert kinds == ["bold", "italic"]


def test_trimming_moves_the_entities() -> None:
    assert format_text("  <b> x </b>\n", "HTML") == ("x", [{"type": "bold", "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("é <b", "Unsupported start tag at byte offset 3"),
        ("1 < 2", "Unsupported start tag at byte offset 2"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ],
)
def test_bad_html_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_other_parse_modes_are_refused_by_name() -> None:
    with pytest.raises(Refused, match="unsupported parse_mode"):
        format_text("x", "MarkdownV2")


def test_commands_links_and_mentions_are_found_in_what_is_typed() -> None:
    found = find_entities("🙂 /help@aftercare_bot see https://e.org and @ana, not a/b")
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == [
        ("bot_command", 3, 19),
        ("url", 27, 13),
        ("mention", 45, 4),
    ]
