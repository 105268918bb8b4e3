"""/cover: the next 14 days hour by hour, and every gap in words."""

from bot.chat.staff.reply import Asked, Rows
from bot.chat.staff.testalert import ALL
from bot.core.cover.gaps import Lack
from bot.core.cover.strip import COVERED, OPEN, THIN, UNTESTED, strip
from bot.core.post.message import Button
from bot.core.roles import Act, may
from bot.usecases.cover import AHEAD_DAYS, gap_words, gaps
from bot.usecases.dates import calendar_day


def run(asked: Asked, _words: str) -> None:
    """A line of signs for each day, what the signs mean, and the gaps."""
    language, zone = asked.staff.language, asked.clinic.facts.zone
    found = gaps(asked.unit, asked.clinic, asked.now)
    today = asked.clinic.local(asked.now).date()
    days = []
    for day, signs in strip(found, today, AHEAD_DAYS, zone):
        weekday = calendar_day(day, language).split()[0].rstrip(",.")[:2]
        days.append(f"{weekday} {day:%d} {signs}")
    lines = [asked.ui.say("cover.head", days=AHEAD_DAYS), "<pre>" + "\n".join(days) + "</pre>"]
    lines.append(asked.ui.say("cover.signs", covered=COVERED, thin=THIN, untested=UNTESTED, open=OPEN))
    lines.append("")
    lines += gap_words(asked.unit, asked.clinic, language, found) if found else [asked.ui.say("cover.none")]
    rows: Rows = ()
    if may(asked.staff.role, Act.TEST_OTHERS) and any(gap.why is Lack.NOT_TESTED for gap in found):
        rows = ((Button(label=asked.ui.plain("cover.button.test"), data=f"te|{ALL}|send"),),)
    asked.show("\n".join(lines), rows)
