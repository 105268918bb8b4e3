"""A patient and a doctor who read Russian: enrolment, check-in, the emergency, and the doctor's card, beside English."""

import re

from bot.usecases.people import staff_by_chat
from bot.usecases.roster import invite_staff, relieve
from tests.support.clinic import Clinic, Person

LATIN = re.compile(r"[A-Za-z]{3,}")
"""A word in Latin letters: in a Russian message it is a name, a command, or something that nobody translated."""
CASE_CODE = re.compile(r"\b[A-Z0-9]{4}\b")
NAMES = {"Clinic", "Sol", "Telegram", "Vega", "Luis", "Ruiz", "lot", "stop", "forget", "privacy", "worse"}


async def hire_in_russian(clinic: Clinic, name: str) -> Person:
    """A clinician whose language is Russian joins and is second on call."""
    app, now = clinic.app, clinic.now
    _, token = await app.store.run(
        lambda unit: invite_staff(unit, app.clinic, now, "setup", name, "clinician", "+34600000002", "ru")
    )
    person = Person(clinic, clinic.world.user(first_name=name), name)
    person.phone.start(token)
    await clinic.settle()
    person.expects("Добро пожаловать", name, "в списке сотрудников")
    row = await app.store.look(lambda unit: staff_by_chat(unit, person.phone.id))
    assert row is not None
    await app.store.run(lambda unit: relieve(unit, app.clinic, now, row, 1))
    clinic.staff[name] = person
    return person


async def enrol_in_russian(clinic: Clinic) -> Person:
    """Anna opens her link, chooses Russian, and answers the enrolment."""
    anna = clinic.newcomer("Анна Орлова")
    token = await clinic.register("Анна Орлова")
    await anna.does(lambda: anna.phone.start(token))
    anna.expects("Какой язык")
    await anna.taps("Русский")
    only_russian(anna, "Добро пожаловать", "это не врач и не экстренная служба", "звоните 112")
    await anna.taps("Да, даю согласие")
    only_russian(anna, "дата рождения", "23.4.1985")
    await anna.writes("24.4.1985")
    only_russian(anna, "не совпадает", "осталось попыток: 2")
    await anna.writes("23.4.1985")
    only_russian(anna, "Вас зовут Анна Орлова?")
    await anna.taps("Да, это я")
    only_russian(anna, "У вас сейчас 10:00?")
    await anna.taps("Да, верно")
    only_russian(anna, "В котором часу")
    await anna.taps("10:00")
    only_russian(anna, "Это пробное сообщение")
    await anna.taps("Работает")
    only_russian(anna, "всё готово", "2 марта, 12:00", "112")
    return anna


def only_russian(person: Person, *words: str) -> None:
    """The next message has these words, and no English but names."""
    message = person.expects(*words)
    shown = " ".join([message.text, *(label for row in message.buttons for label in row)])
    assert set(LATIN.findall(CASE_CODE.sub("", shown))) <= NAMES, shown


async def test_from_the_link_to_the_closed_alert(clinic: Clinic) -> None:
    doctor = await hire_in_russian(clinic, "Орлов")
    anna = await enrol_in_russian(clinic)

    await clinic.to_check_in("c1")
    only_russian(anna, "Здравствуйте, Анна!", "опрос о вашем самочувствии", "1 из")
    await anna.is_well()
    only_russian(anna, "День 0 после процедуры: это похоже на обычное заживление", "2 марта, 16:00", "/worse")

    await clinic.to_check_in("c2")
    only_russian(anna, "Здравствуйте, Анна!", "Трудно дышать")
    await anna.taps("Трудно дышать")
    only_russian(anna, "ЭКСТРЕННЫЙ СЛУЧАЙ", "Звоните 112 сейчас", "«сильная аллергия»", "Лягте, поднимите ноги")
    anna.expects("Покажите эту карточку", "Анна Орлова", "6 часов назад", "щека", "Аллергии: нет известных")
    anna.expects("Show this card", "Анна Орлова")  # the hospital of the place reads the clinic's language
    only_russian(anna, "Что вы делаете сейчас?", "Звоню сейчас", "Не могу")

    card = doctor.expects("ЭКСТРЕННО (D1) · код", "BR-1: Трудно дышать", "Процедура на лице · щека · день 0, час 6")
    doctor.sees(
        card,
        "Опасные признаки: Трудно дышать",
        "Пациенту сказано: сейчас же звонить в скорую",
        "доставлено: 16:00",
        "Взять до 16:05 (осталось",
    )
    clinic.staff["Dr. Vega"].expects("EMERGENCY (D1) · case", "Hard to breathe, or lips", "delivered at 16:00")
    await anna.taps("Звоню сейчас")
    only_russian(anna, "Скоро мы снова спросим, как вы", "2 марта, 16:30")
    doctor.sees(card, "Пациент отвечает: звонит в скорую сейчас")

    toast = await doctor.taps("Беру на себя")
    assert toast == "Вы взяли это на себя. Отметьте связь с пациентом в течение 20 минут."
    anna.expects("Орлов из нашей команды уже знает об этом (16:00)", "Не ждите звонка")
    assert await doctor.taps("Связь была", "Не отвечает") == "Записано"
    await clinic.pass_time(minutes=10)
    again = doctor.expects("Пациент не отвечает (1 попытка)", "код")
    await doctor.taps("Связь была", "Не отвечает")
    await clinic.pass_time(minutes=10)
    again = doctor.expects("Пациент не отвечает (2 попытки)", "код")
    await doctor.taps(
        "Связь была", "На связи, направлен пациент в больницу", "Закрыть", "Пациент под наблюдением врачей"
    )
    doctor.sees(again, "Закрыто: Орлов, 16:20: Пациент под наблюдением врачей")
    assert [alert.state for alert in await clinic.alerts()] == ["closed"]
    clinic.staff_skim()
    await clinic.the_end()


async def test_the_word_that_the_advice_names_begins_the_whole_check(clinic: Clinic) -> None:
    anna = await enrol_in_russian(clinic)
    assert "напишите ПОМОЩЬ" in clinic.script.texts["ru"].by_key["advice.d4"]
    await anna.writes("ПОМОЩЬ")
    only_russian(anna, "Хотите, чтобы вам позвонил сотрудник клиники?", "Это экстренный случай")
    await anna.taps("Нет, спасибо")
    only_russian(anna, "1 из", "Есть ли у вас прямо сейчас что-то из этого?", "Ничего из этого")
    clinic.staff_skim()
    await clinic.the_end()


async def test_commands_and_fever_in_her_own_words(clinic: Clinic) -> None:
    anna = await enrol_in_russian(clinic)
    await anna.writes("/next")
    only_russian(anna, "Следующий опрос", "2 марта, 12:00")
    await anna.writes("/about")
    only_russian(anna, "не ставит диагноз", f"ждут подписи врача: {clinic.app.flows.unsigned}")
    await anna.writes("спасибо")
    only_russian(anna, "Пожалуйста!", "2 марта, 12:00")
    await anna.writes("температура 38,5")
    only_russian(anna, "Есть ли у вас температура или озноб?", "38,0 °C")
    await anna.taps("38,0 °C")
    only_russian(anna, "ПОЕЗЖАЙТЕ В ПРИЁМНОЕ ОТДЕЛЕНИЕ", "Пусть вас отвезут", "+34 910 000 000")
    anna.expects("Покажите эту карточку", "0 часов назад", "Температура или озноб: 38,0 °C")
    anna.expects("Show this card")
    only_russian(anna, "Ещё одна проверка")
    clinic.staff_skim()
    await clinic.the_end()


async def test_each_reads_what_she_denied_in_the_own_language(clinic: Clinic) -> None:
    """Her own words stay as she wrote them; all around them is in the language of whoever reads the card."""
    doctor = await hire_in_russian(clinic, "Орлов")
    anna = await enrol_in_russian(clinic)
    await anna.writes("задыхаюсь")
    only_russian(anna, "Если это происходит сейчас:", "Звоните 112 сейчас")
    anna.skims()
    card = doctor.expects("ЭКСТРЕННО (D1)", "НЕ ПОДТВЕРЖДЕНО: из слов пациента, мы уточняем", "«задыхаюсь»")
    english = clinic.staff["Dr. Vega"].expects("EMERGENCY (D1)", "UNCONFIRMED", "“задыхаюсь”")
    await anna.says("clear", "NOW")
    doctor.sees(card, "Ответ пациента ниже", "Пациент отвечает НЕТ: Происходит сейчас", "«задыхаюсь»")
    clinic.staff["Dr. Vega"].sees(english, "The patient says NO: Happening now", "“задыхаюсь”")


async def test_a_task_is_read_in_the_own_language(clinic: Clinic) -> None:
    """What the bot says about it is translated; what a patient wrote is not."""
    doctor = await hire_in_russian(clinic, "Орлов")
    await clinic.register("Анна Орлова")
    await clinic.pass_time(hours=1)
    only_russian(doctor, "Пожалуйста, посмотрите", "«Пациент не открыл ссылку и поэтому не получает опросов.»", "Срок")
    assert clinic.group is not None
    clinic.group.expects("Please look", "“The patient has not opened her link")
    await doctor.writes("/tasks")
    only_russian(doctor, "Открытые задачи: 1")
    only_russian(doctor, "Пациент не открыл ссылку")
    clinic.staff_skim()
    await clinic.the_end()
