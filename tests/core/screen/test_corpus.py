"""The corpus: it has what the clinical brief asks for (section 6.2), and the screen reads it as well as it did."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.core.screen.measuring import Fault, Reading, Sample, read_all, rows
from bot.core.screen.screening import Screen

CORPUS = Path(__file__).parent / "corpus"
FRESH = Path(__file__).parent / "fresh"
LANGUAGES = ("en", "es", "ru")
RED_FLAGS = (
    *("BR", "CP", "DZ", "ST", "VI", "CO", "SL", "SH", "LA", "SP", "HE", "BL", "SK"),
    *("LS", "PA", "PU", "FE", "HV", "RE", "SM", "LU", "UR", "NA", "CA", "NU", "SW"),
)
LEAST = {("D1", "tune"): 0.975, ("D1", "held_out"): 0.97, ("D2", "tune"): 0.965, ("D2", "held_out"): 0.97}
"""How many of the phrases must be found at their level; raise these when the screen gets better."""


def lines(language: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (CORPUS / f"{language}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def readings(screen: Screen) -> Mapping[str, list[Reading]]:
    """What the screen makes of every line, by language."""
    return {
        language: list(read_all(screen, (Sample.model_validate(line) for line in lines(language))))
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_corpus_has_the_numbers_of_the_brief(language: str) -> None:
    corpus = lines(language)
    assert len({line["id"] for line in corpus}) == len(corpus)
    assert {line["split"] for line in corpus} == {"tune", "held_out"}
    phrases = Counter(line["symptom"] for line in corpus if line["kind"] in {"plain", "misspelt"})
    misspelt = Counter(line["symptom"] for line in corpus if line["kind"] == "misspelt")
    kinds = Counter(line["kind"] for line in corpus)
    assert all(phrases[symptom] >= 40 for symptom in RED_FLAGS), phrases
    assert all(2 * misspelt[symptom] >= phrases[symptom] for symptom in RED_FLAGS), misspelt
    assert all(kinds[kind] >= 20 for kind in ("negated", "historical", "hypothetical"))
    assert kinds["no_concern"] >= 300


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("level", "split"), LEAST)
def test_emergencies_of_the_corpus_are_found(
    readings: Mapping[str, list[Reading]], language: str, level: str, split: str
) -> None:
    of_level = [each for each in readings[language] if (each.sample.level.value, each.sample.split) == (level, split)]
    found = sum(each.fault is None for each in of_level)
    assert len(of_level) > 100
    assert found >= LEAST[level, split] * len(of_level)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("split", ["tune", "held_out"])
def test_a_well_patient_is_seldom_alarmed_or_asked(
    readings: Mapping[str, list[Reading]], language: str, split: str
) -> None:
    well = [each for each in readings[language] if (each.sample.kind, each.sample.split) == ("no_concern", split)]
    assert len(well) > 150
    assert sum(each.fault is Fault.FALSE_ALARM for each in well) <= 0.05 * len(well)
    assert sum(each.is_asked_about for each in well) <= 0.1 * len(well)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_trap_turns_into_silence(readings: Mapping[str, list[Reading]], language: str) -> None:
    silent = [each.sample.text for each in readings[language] if each.fault is Fault.SILENT]
    assert silent == []


@pytest.mark.parametrize("name", ["first", "second", "third"])
def test_the_fresh_sets_stay_as_well_read_as_they_became(screen: Screen, name: str) -> None:
    """They were unseen once (docs/screen.md has the figures of that run); now they only hold what was gained."""
    written = (FRESH / f"{name}.jsonl").read_text("utf-8").splitlines()
    read = list(read_all(screen, (Sample.model_validate_json(line) for line in written)))
    emergencies = [each for each in read if each.sample.level.value == "D1"]
    serious = [each for each in read if each.sample.level.value in {"D1", "D2"}]
    well = [each for each in read if each.sample.level.value == "D5"]
    assert len(emergencies) >= 48
    assert [each.sample.text for each in emergencies if each.fault] == []
    assert sum(each.fault is None for each in serious) >= 0.98 * len(serious)
    assert sum(each.found.level.is_red for each in well) <= 0.05 * len(well)


def test_rows_count_samples_faults_and_questions(screen: Screen) -> None:
    samples = [
        Sample.model_validate({"text": text, "lang": "en", "level": level, "kind": kind})
        for text, level, kind in (
            ("cant breathe", "D1", "plain"),
            ("all is well", "D1", "plain"),
            ("thank you", "D5", "no_concern"),
            ("my son has a fever", "D5", "other person"),
            ("cant breathe", "D5", "no_concern"),
        )
    ]
    counted = {row.group: (row.samples, row.faults, row.asked) for row in rows(read_all(screen, samples))}
    assert counted == {"D1": (2, 1, 0), "no_concern": (2, 1, 0), "other person": (1, 0, 1)}
