"""YAML text to tree: what is refused, where, and that nothing hostile gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Problem, ScriptError
from bot.core.flow.nodes import Listing, Mapped, Place, Scalar
from bot.core.flow.yaml_source import MAX_BYTES, MAX_DEPTH, decode, parse


def _refused(text: str) -> list[str]:
    with pytest.raises(ScriptError) as caught:
        parse(text, "f.yaml")
    return [f"{one.line}:{one.column} {one.code}" for one in caught.value.problems]


def test_a_tree_keeps_what_was_written_and_where() -> None:
    tree = parse("# a comment\na: yes\nb:\n  - 'x'\n  - |\n    long\n    text\n", "f.yaml")
    assert tree == Mapped(
        Place("f.yaml", 2, 1),
        (
            (Scalar(Place("f.yaml", 2, 1), "a", True), Scalar(Place("f.yaml", 2, 4), "yes", True)),
            (
                Scalar(Place("f.yaml", 3, 1), "b", True),
                Listing(
                    Place("f.yaml", 4, 3),
                    (
                        Scalar(Place("f.yaml", 4, 5), "x", False),
                        Scalar(Place("f.yaml", 5, 5), "long\ntext\n", False),
                    ),
                ),
            ),
        ),
    )


def test_a_file_from_windows_reads_the_same() -> None:
    assert parse("\ufeffa: b\r\nc: d\r\n", "f.yaml") == parse("a: b\nc: d\n", "f.yaml")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["0:0 empty"]),
        ("# only a comment\n", ["0:0 empty"]),
        ("a: [1", ["1:6 yaml"]),
        ("a: b: c", ["1:5 yaml"]),
        ("a: 'never closed", ["1:17 yaml"]),
        ("a: @b", ["1:4 yaml"]),
        ("- a\nb: c", ["2:1 yaml"]),
        ('a: "\\UFFFFFFFF"', ["0:0 yaml"]),
        ("a: 1\nb: 2\na: 3\nb: 4", ["3:1 duplicate-key", "4:1 duplicate-key"]),
        ('{"a": 1, a: 2}', ["1:10 duplicate-key"]),
        ("a: &x b", ["1:4 anchor"]),
        ("a: &x b\nc: *x", ["1:4 anchor", "2:4 alias"]),
        ("a: !!str b", ["1:4 tag"]),
        ("a: !!python/object/apply:os.system [ls]", ["1:4 tag"]),
        ("a: !own {b: c}", ["1:4 tag"]),
        ("%YAML 1.1\n---\na: yes", ["1:1 directive"]),
        ("%TAG ! tag:x,2000:\n---\na: b", ["1:1 directive"]),
        ("a: b\n---\nc: d", ["2:1 documents"]),
        ("a:\n\tb: c", ["2:1 tab"]),
        ("a: 'x\ty'", ["1:6 tab"]),
        ("a: x\x00y", ["1:5 character"]),
        ("a: b\n\x07", ["2:1 character"]),
        ("a: b\u2028c: d", ["1:5 character"]),
        ("a: \ud800", ["1:4 character"]),
        ('a: "x\\0y"', ["1:4 character"]),
        ('a: "\\ud800"', ["1:4 character"]),
        ("{[a]: b}", ["1:2 key"]),
        ("? {a: b}\n: c", ["1:3 key"]),
        ("a:" + " [" * (MAX_DEPTH + 1), [f"1:{2 * MAX_DEPTH + 2} depth"]),
        ("\n".join("  " * level + "a:" for level in range(MAX_DEPTH + 1)), [f"{MAX_DEPTH + 1}:81 depth"]),
    ],
)
def test_what_scripts_may_not_use_is_refused_where_it_stands(text: str, problems: list[str]) -> None:
    assert _refused(text) == problems


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    found = _refused("\n".join(lines))
    assert {one.split()[1] for one in found} == {"anchor", "alias"}
    assert found[0] == "1:5 anchor"


@pytest.mark.parametrize("text", ["x" * (10 * 1024 * 1024), "é" * (MAX_BYTES // 2 + 1), "[" * (MAX_BYTES + 1)])
def test_a_file_that_is_too_large_is_not_even_looked_at(text: str) -> None:
    assert _refused(text) == ["0:0 too-big"]


@pytest.mark.parametrize("text", ["[" * 200_000, "{a: " * 60_000, "- " * 100_000, "? " * 100_000])
def test_deep_nesting_ends_early(text: str) -> None:
    assert [one.split()[1] for one in _refused(text)] == ["depth"]


def test_a_file_of_the_full_size_is_read() -> None:
    text = "a: '" + "x" * (MAX_BYTES - 5) + "'"
    assert len(text) == MAX_BYTES
    assert isinstance(parse(text, "f.yaml"), Mapped)


@given(st.text(alphabet="{}[]:,-?&*!|>'\"%@`#\\ \nab0~<=.\r\té", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        parse(text, "f.yaml")
    except ScriptError as error:
        problems = error.problems
    assert all(one.file == "f.yaml" and one.message and one.todo for one in problems)
    assert all("\n" not in str(one) for one in problems)


def test_bytes_are_decoded_as_utf_8() -> None:
    assert decode("a: é\n".encode(), "f.yaml") == "a: é\n"


def test_bytes_of_another_encoding_are_refused_where_they_stand() -> None:
    with pytest.raises(ScriptError) as caught:
        decode("a: b\nc: é".encode("latin-1"), "f.yaml")
    assert str(caught.value) == "f.yaml:2:4: Byte 0xe9 is not UTF-8. Save the file as UTF-8. [encoding]"


def test_too_many_bytes_are_not_decoded() -> None:
    with pytest.raises(ScriptError, match=r"larger than 256 KiB"):
        decode(b"\xff" * (10 * 1024 * 1024), "f.yaml")
