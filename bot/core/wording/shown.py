"""The words of a script that a patient reads because of an event: for replays, which hold them against a case."""

from bot.core.engine.events import AdviceGiven, Asked, Ended, Event, Recorded
from bot.core.flow.model import Script
from bot.core.wording.catalog import FIRST_LANGUAGE


def shown(script: Script, event: Event, language: str = FIRST_LANGUAGE) -> tuple[str, ...]:
    """Question and answers, advice, what is expected and self-care; not the bot's own phrases around them."""
    texts = script.texts[language].by_key

    def answers(question: str, codes: tuple[str, ...], use: str = "") -> tuple[str, ...]:
        keys = ((f"answer.{question}.{use}.{code}", f"answer.{question}.{code}") for code in codes)
        return tuple(text for varied, plain in keys if (text := texts.get(varied, texts.get(plain))))

    match event:
        case Asked():
            varied, plain = f"question.{event.question}.ask.{event.use}", f"question.{event.question}.ask"
            codes = script.questions[event.question].codes
            return (texts.get(varied, texts[plain]), *answers(event.question, codes, event.use))
        case Recorded():
            return (texts[f"question.{event.question}.short"], *answers(event.question, event.given.codes))
        case AdviceGiven():
            return (texts[f"advice.{event.advice}"],)
        case Ended():
            expected = (texts[f"expected.{key}"] for key in event.expected)
            return (*expected, *(texts[f"care.{key}"] for key in event.self_care))
        case _:
            return ()
