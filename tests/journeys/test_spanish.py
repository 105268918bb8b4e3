"""A patient who reads Spanish, in a clinic whose staff read English: each in their own language, her words untouched."""

import re

import pytest

from bot.core.wording.catalog import placeholders
from bot.usecases.people import staff_by_chat
from bot.usecases.roster import invite_staff, relieve
from bot.wiring.flows import Flows
from tests.support.clinic import LANGUAGE_QUESTION, Clinic, Person, open_clinic
from tests.support.scenes import cards


async def _opens(clinic: Clinic, phone_language: str = "es-MX") -> Person:
    """Ana opens her link on a phone that is set to this language."""
    token = await clinic.register()
    ana = Person(clinic, clinic.world.user(first_name="Ana", language_code=phone_language), "Ana Ruiz")
    clinic.patients.append(ana)
    await ana.does(lambda: ana.phone.start(token))
    return ana


async def _enrols(clinic: Clinic) -> Person:
    """Ana goes through the enrolment in Spanish."""
    ana = await _opens(clinic)
    offered = ana.expects(LANGUAGE_QUESTION, "¿Qué idioma?")
    assert ["English"] in offered.buttons
    await ana.taps("Español")
    ana.expects("Le damos la bienvenida a los cuidados posteriores de Clinic Sol", "llame al 112", "¿Acepta?")
    await ana.taps("Acepto")
    ana.expects("fecha de nacimiento", "día, mes y año")
    await ana.writes("23/4/1985")
    ana.expects("¿Se llama usted Ana Ruiz?")
    await ana.taps("Sí, es mi nombre")
    ana.expects("¿Su reloj marca ahora las 10:00?")
    await ana.taps("Sí, es correcto")
    ana.expects("¿A qué hora quiere las revisiones normales?")
    await ana.taps("10:00")
    ana.expects("Este es un mensaje de prueba")
    assert await ana.taps("Funciona") == "Anotado"
    ana.expects("todo está listo", "lun, 2 de marzo, 12:00", "112", "+34 910 000 000")
    return ana


ENGLISH = re.compile(
    r"\b(the|you|your|and|with|none|next|yes|please|patient|call|case|day|hour|of|not|send|back|done|open|now|by)\b",
    re.IGNORECASE,
)
"""Words that no Spanish text has; one of them means that somebody still speaks English."""


def only_spanish(person: Person) -> None:
    """Everything that the bot ever wrote to this chat, buttons too; commands and the question of the language apart."""
    for message in person.phone.messages(person.chat):
        shown = re.sub(
            r"/\w+|https?://\S+", "", "\n".join([message.text, *(each for row in message.buttons for each in row)])
        )
        if message.from_bot and LANGUAGE_QUESTION not in shown:
            assert not ENGLISH.findall(shown), shown


async def _hire(clinic: Clinic, name: str, role: str, rank: int) -> Person:
    """A colleague who reads Spanish joins and is on call."""
    app, now = clinic.app, clinic.now
    _, token = await app.store.run(
        lambda unit: invite_staff(unit, app.clinic, now, "setup", name, role, "+34600000001", "es")
    )
    person = Person(clinic, clinic.world.user(first_name=name), name)
    person.phone.start(token)
    await clinic.settle()
    person.expects("Le damos la bienvenida", name)
    row = await app.store.look(lambda unit: staff_by_chat(unit, person.phone.id))
    assert row is not None
    await app.store.run(lambda unit: relieve(unit, app.clinic, now, row, rank))
    clinic.staff[name] = person
    return person


async def test_a_clinic_that_speaks_spanish(sqlite_url: str, flows: Flows) -> None:
    """Nobody reads a word of English: registration by staff, enrolment, emergency, ladder, tasks and lists."""
    async with open_clinic(sqlite_url, flows=flows, people=False, clinic_language="es") as clinic:
        vega = await _hire(clinic, "Vega", "clinician", 1)
        await _hire(clinic, "Sanz", "lead", 2)
        await vega.writes("/new")
        vega.expects("1 de", "¿Nombre y apellido de la persona?")
        await vega.writes("Ana Ruiz")
        await vega.writes("23.4.1985")
        await vega.writes("+34 600 123 456")
        await vega.taps("Ninguna conocida", "No da ningún contacto")
        if len(clinic.app.clinic.scripts) > 1:  # with one procedure nobody is asked which
            await vega.taps("Tratamiento facial")
        await vega.taps("Ahora mismo", "mejilla", "Listo")
        vega.skims()
        await vega.taps("Nada de esto")
        await vega.writes("HA 20 mg")
        await vega.taps("Vega")
        vega.expects("¿Son correctos los datos?", "23 de abril de 1985", "lun, 2 de marzo, 10:00", "Tratamiento facial")
        await vega.taps("Guardar")
        vega.expects("Guardado: caso")
        link = vega.expects("puede escanear este código", "durante 168 horas")
        ana = clinic.newcomer("Ana Ruiz")
        await ana.does(lambda: ana.phone.start(link.text.rpartition("start=")[2]))
        await ana.taps("Español", "Acepto")
        await ana.writes("23.4.1985")
        await ana.taps("Sí, es mi nombre", "Sí, es correcto", "10:00", "Funciona")
        for command in ("/next", "/help", "/about", "/privacy", "/clock"):
            await ana.writes(command)
        await ana.taps("Sí, es correcto")
        await ana.does(ana.phone.send_voice)
        await clinic.to_check_in("c1", ana)
        await ana.taps("Me cuesta respirar")
        await vega.taps("Lo tomo yo")
        await clinic.pass_time(minutes=25)  # taken without a contact; the re-check; silence
        await vega.taps("Contacto", "Contesta, va a urgencias", "Cerrar", "En atención médica")
        for command in ("/alerts", "/tasks", "/today", "/patients", "/patient Ana", "/oncall", "/help", "/dance"):
            await vega.writes(command)
        vega.expects("Alergias: dice que no tiene", "Contacto de emergencia: dice que no tiene", "Tratamiento facial")
        await clinic.pass_time(days=2)
        for person in (ana, vega, clinic.staff["Sanz"]):
            only_spanish(person)
        # One card only: the hospital reads the same language.
        assert sum("Muestre esta tarjeta" in message.text for message in ana.phone.messages()) == 1


async def test_a_white_patch_in_spanish(clinic: Clinic) -> None:
    """Advice, card and questions in her language; the alert in the clinic's, with her own words as she wrote them."""
    ana = await _enrols(clinic)
    vega = clinic.staff["Dr. Vega"]
    await clinic.to_check_in("c1", ana)
    ana.expects("Hola, Ana", "Esta es su revisión", "1 de", "Me cuesta respirar", "Nada de esto")
    await ana.taps("Piel blanca", "Listo (elegí 1)")
    ana.expects("¿Hay alguna zona blanca, gris, azul o morada")
    await ana.taps("Sí")
    advice = ana.expects(
        "VAYA A URGENCIAS", "a su piel no le llegue suficiente sangre", "Pida a alguien que le lleve", "No ponga hielo",
        "Si le cambia la vista o el habla, llame al 112", "+34 910 000 000",
    )  # fmt: skip
    assert not placeholders(advice.text)
    ana.expects("Muestre esta tarjeta", "23 de abril de 1985", "Tratamiento facial", "mejilla", "hialuronidasa")
    # The hospital of the place reads the clinic's language.
    ana.expects("Show this card", "23 April 1985", "Face treatment", "cheek", "White, grey or lace-like skin: Yes")
    ana.expects("Una comprobación más")
    card = cards(clinic, "Dr. Vega")["Dr. Vega"]
    vega.sees(
        card, "ER NOW (D2)", "BL-1: White, grey, lace-like or cold skin", "Face treatment", "cheek",
        "White, grey or lace-like skin: Yes", "Patient was told: go to the emergency room now", "delivered at",
    )  # fmt: skip

    await ana.writes("¿qué les digo en el hospital?")
    assert clinic.group is not None
    clinic.group.expects("writes:", "¿qué les digo en el hospital?")
    ana.skims()
    await ana.taps("Nada de esto", "Nada de esto")
    ana.skims()
    await ana.taps("Voy de camino")
    ana.expects("Nuestro equipo tiene sus respuestas", "Próxima revisión: lun, 2 de marzo, 12:30")
    vega.sees(card, "She says: on the way")
    await vega.taps("I take it")
    ana.expects("Dr. Vega", "ya lo vio (12:00)", "No espere la llamada")
    await clinic.the_end()


async def test_her_words_stand_on_the_alert_as_she_wrote_them(clinic: Clinic) -> None:
    """A red flag in free text: the question about it in Spanish, and nothing of her words is translated for staff."""
    ana = await _enrols(clinic)
    vega = clinic.staff["Dr. Vega"]
    await clinic.to_check_in("c1", ana)
    ana.expects("Hola, Ana")
    await ana.writes("se me nubló la vista del ojo derecho")
    ana.expects("EMERGENCIA", "Si esto le está pasando ahora:", "Llame al 112 ahora", "No conduzca (no maneje)")
    ana.expects("¿Le está pasando esto a usted ahora?", "No lo sé")
    assert clinic.group is not None
    clinic.group.expects("writes:", "se me nubló la vista del ojo derecho")
    card = cards(clinic, "Dr. Vega")["Dr. Vega"]
    vega.sees(card, "EMERGENCY (D1)", "UNCONFIRMED", "“se me nubló la vista del ojo derecho”")
    await ana.taps("Sí")
    ana.expects("EMERGENCIA", "Llame al 112 ahora")
    ana.expects("Muestre esta tarjeta")
    ana.expects("Show this card")
    ana.expects("¿Qué está haciendo ahora?", "Estoy llamando", "No puedo")
    clinic.staff_skim()
    await clinic.the_end()


async def test_a_well_day_in_spanish(clinic: Clinic) -> None:
    ana = await _enrols(clinic)
    await clinic.to_check_in("c1", ana)
    ana.expects("Hola, Ana")
    await ana.is_well()
    ana.expects("Día 0 después de su tratamiento: esto corresponde a una recuperación normal", "Primeras 48 horas")
    only_spanish(ana)


async def test_emergency_words_before_she_chose_a_language(clinic: Clinic) -> None:
    """The language of her phone counts until then."""
    ana = await _opens(clinic, "es-419")
    ana.expects(LANGUAGE_QUESTION)
    await ana.writes("ayuda no puedo respirar")
    ana.expects("Si esto es una emergencia, llame al 112 ahora")
    ana.expects(LANGUAGE_QUESTION)
    assert clinic.group is not None
    clinic.group.expects("writes:", "ayuda no puedo respirar")
    clinic.group.expects("Phone the patient NOW")
    clinic.staff["Dr. Vega"].expects("Phone the patient NOW")
    await clinic.the_end()


@pytest.mark.parametrize(
    ("phone", "expected"), [("es-MX", "Este enlace no funciona"), ("fr", "This link does not work")]
)
async def test_a_stranger_reads_the_language_of_the_phone(clinic: Clinic, phone: str, expected: str) -> None:
    """A language that the bot does not speak is answered in the clinic's."""
    bo = Person(clinic, clinic.world.user(first_name="Bo", language_code=phone), "Bo")
    clinic.patients.append(bo)
    await bo.does(lambda: bo.phone.start("no-such-link"))
    bo.expects(expected, "112")
    await clinic.the_end()


async def test_the_language_is_changed_in_the_middle(clinic: Clinic) -> None:
    """/language at any time: what comes next is in the new one, and the menu of commands is there in each."""
    ana = await clinic.treat()
    await ana.writes("/language")
    offered = ana.expects(LANGUAGE_QUESTION)
    assert offered.buttons[:2] == [["English"], ["Español"]]
    await ana.taps("Español")
    ana.expects("Cambiado. Próxima revisión: lun, 2 de marzo, 12:00")
    await clinic.to_check_in("c1", ana)
    ana.expects("Hola, Ana", "Me cuesta respirar")
    await ana.writes("/language")
    ana.expects(LANGUAGE_QUESTION)
    await ana.taps("English")
    ana.expects("Changed.")
    await ana.says("none")
    ana.expects("Look at the treated skin")
    menus = [call.params.get("language_code") for call in clinic.world.calls if call.method == "setMyCommands"]
    assert {"en", "es", None} <= set(menus)
    await clinic.the_end()
