"""A small set of flows that uses every feature once, and a way to spoil one spot of it and name that spot."""

# ruff: noqa: E501 - one line of YAML for each thing
from bot.core.errors import Problem, ScriptError
from bot.core.flow.reading import read_library

PART = """\
part: emergency
conditions:
  breathing_sign: {any: [{answer: {A: breathing}}, {answer: {BR: [present, unsure]}}]}
questions:
  A:
    kind: screen
    well: none
    lines:
      - {code: breathing, at_once: true}
      - {code: white_skin, detail: BL, if_silent: present}
    wording: [{when: {modifier: [lips_treated]}, use: no_lips}]
  BR: {kind: choice, answers: [clear, present, unsure], well: clear, silence: {after: 2 min, counts_as: present}}
  BL: {kind: choice, answers: [clear, present, unsure], well: clear, photo: true}
  PA: {kind: scale, well: "0"}
  PT: {kind: choice, answers: [better, same, worse], well: same, ask_when: {all: [{asked_before: PA}, {number: {PA: {at_least: 1}}}]}}
  ACT: {kind: choice, answers: [going, staying], well: going}
sets:
  A: [A, BL]
  V: [PA, PT, BR]
  ACT: [ACT]
rules:
  - {id: BR-1, when: {is: breathing_sign}, level: D1, why: airway, source: [S1], calls: [injector], note: airway}
  - {id: PA-2, when: {all: [{number: {PA: {at_least: 7}}}, {is: on_face}, {day: {up_to: 7}}]}, level: D2, advice: d2_blood_flow, why: blocked vessel, source: [S18, S20], sign_off: cut-off 7}
  - {id: PA-3, when: {twice: {answer: {PT: worse}}}, level: D4, infection: true, why: infection}
expected:
  - {id: EX-1, when: {all: [{number: {PA: {at_most: 3}}}, {hours: {up_to: 72}}]}, text: pain_peak, source: [S11]}
self_care:
  - {id: SC-1, when: {hours: {up_to: 48}}, text: first_48}
symptoms: {BRE: BR, PAIN: PA}
"""

PART_TEXTS = """\
language: en
questions:
  A: {ask: "Any of these?", ask.no_lips: "Any?", short: "Emergency", answers: {breathing: "Hard to breathe", white_skin: White skin, none: "None of these"}, answers.no_lips: {breathing: "Tongue"}}
  PA: {ask: "Pain?", short: Pain}
advice: {d1: "Call {emergency_number}"}
rules: {BR-1: Breathing, PA-2: "Pain 7", PA-3: Worse twice}
expected: {pain_peak: "Pain is expected"}
care: {first_48: "Cool it"}
notes: {airway: "Airway"}
modifiers: {lips_treated: lips}
"""

SCRIPT = """\
procedure: demo
use: [emergency]
sites: [cheek, forehead]
modifiers: [lips_treated, diabetes]
conditions: {on_face: {always: true}, infection_risk: {modifier: [diabetes]}}
advice_order: [d1, d2_blood_flow, d2, d3, d4, d5]
plan:
  quiet: {from: "22:00", to: "08:00"}
  merge_within: 24 h
  still_there_after: 10 min
  on_demand: [A, V]
  after_d2: [BR]
  follow_up: {question: ACT, act_within: 5 min, recheck_after: [30 min, 2 h], recheck_next_morning: true, recheck_sets: [A, ACT]}
  silence:
    early: {remind_after: [60 min, 2 h], task: phone_call, task_after: 3 h, task_due: 4 h}
    late: {remind_after: [24 h, 72 h], task: late_list, task_after: 96 h, task_due: 4 h}
  check_ins:
    - {id: c1, phase: early, after: 2 h, at_latest: "21:30", sets: [A, V]}
    - {id: c2, phase: early, after: 6 h, at_latest: "21:00", if_session_after: "19:00", then_at: "08:00", sets: [A, V]}
    - {id: c3, phase: early, on_day: 1, sets: [A], extra: [{when: {modifier: [diabetes]}, sets: [V]}]}
    - {id: c15, phase: late, on_day: 120, only_when: {modifier: [lips_treated]}, sets: [A], closes: true}
"""

TEXTS = """\
language: en
procedure: {demo: "Demo treatment"}
sites: {cheek: "cheek"}
modifiers: {diabetes: "diabetes"}
questions:
  PT: {ask: "Better?", short: Trend, answers: {better: Better, same: Same, worse: Worse}}
"""

CASE = """\
case: "Pain, then nothing at 6 h"
source: vignette 1
procedure: demo
sites: [cheek]
modifiers: [diabetes]
check_in: c2
hour: 6
previous: {PA: 3, PT: same}
steps:
  - ask: A
    tap: [white_skin]
    expect: {level: D5}
  - {ask: BL, tap: clear}
  - {ask: PA, tap: 8, expect: {level: D2, advice: d2_blood_flow, alert: D2}}
  - {ask: PT, silent: 2 min}
  - {say: "no air", signals: [{symptom: BRE, level: D1, status: present}]}
expect: {level: D1, rules: [PA-2, BR-1], advice: [d1, d2_blood_flow], calls: [injector], never_says: ["cold sore"]}
"""

FILES = {
    "common/emergency.yaml": PART,
    "common/en.yaml": PART_TEXTS,
    "demo/script.yaml": SCRIPT,
    "demo/en.yaml": TEXTS,
    "demo/cases/pain.yaml": CASE,
}

HERE = "@@"
"""Marks in a spoilt text where the problem must be reported."""


def spoilt(path: str, old: str, new: str, text: str = "") -> tuple[dict[str, str], str]:
    """The files with ``old`` replaced by ``new`` once, and ``file:line:column`` of the mark in ``new``.

    ``text`` is what is spoilt, if not the file as it is.
    """
    before, found, after = (text or FILES[path]).partition(old)
    assert found, f"{old!r} is not in {path}"
    marked = before + new + after
    at = marked.index(HERE)
    line, column = marked.count("\n", 0, at) + 1, at - marked.rfind("\n", 0, at)
    return FILES | {path: marked.replace(HERE, "")}, f"{path}:{line}:{column}"


def problems_of(files: dict[str, str]) -> tuple[Problem, ...]:
    """What is wrong with these files; nothing when they can be read."""
    try:
        read_library(files)
    except ScriptError as error:
        return error.problems
    return ()
