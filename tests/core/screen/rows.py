"""The phrase rows of the clinical brief, section 6.1, with their stems written out; one string a cell.

Rows without a level are asked about and count as D3; a bare bruise and falling hair (rows HS and BU) count as D4 until
the question about them is answered: both are expected for weeks (section 2.6).
"""

ROWS: dict[tuple[str, str | None], tuple[str, str, str]] = {
    ("BR", "D1"): (
        "cant breathe, cant breath, hard to breathe, hard to breath, short of breath, gasping, wheezing, choking, "
        "throat closing, throat tight, tongue swollen, lips swollen, lips blew up, voice gone",
        "no puedo respirar, no respiro bien, me falta el aire, me ahogo, me aogo, se me cierra la garganta, "
        "lengua hinchada, lengua inchada, labios hinchados, labios inchados, me silba el pecho, me pita el pecho",
        "не могу дышать, трудно дышать, тяжело дышать, нечем дышать, задыхаюсь, не хватает воздуха, отекло горло, "
        "опух язык, губы раздуло, отек квинке, голос пропал, свистит в груди, свист в груди",
    ),
    ("HV", None): (
        "hives, welts, itchy bumps all over, rash everywhere, broke out",
        "ronchas, habones, urticaria, sarpullido, salpullido, me brote, granos por todo el cuerpo",
        "крапивница, волдыри, сыпь, обсыпало, высыпало, покрылась пятнами",
    ),
    ("CP", "D1"): (
        "chest pain, chest tight",
        "dolor de pecho, dolor en el pecho, me aprieta el pecho, opresion",
        "болит в груди, давит в груди, боль за грудиной",
    ),
    ("CP", "D2"): (
        "heart racing, heart pounding, heart jumping, heart fluttering, palpitations",
        "taquicardia, palpitaciones, corazon acelerado, se me sale el corazon",
        "сердце колотится, сердцебиение, тахикардия, сердце выпрыгивает, пульс 120, пульс 190, аритмия",
    ),
    ("DZ", None): (
        "passed out, blacked out, fainted, dizzy, lightheaded, woozy, room spinning",
        "me desmaye, perdi el conocimiento, mareo, mareada, me desvaneci, se me va la cabeza, me bajo la presion, "
        "me dio la palida",
        "обморок, потеряла сознание, отключилась, кружится голова, шатает, в глазах темнеет, меня ведет",
    ),
    ("ST", "D1"): (
        "face drooping, face dropped, cant move my arm, arm weak, slurred, slurring, cant talk right, "
        "one side numb, stroke",
        "cara caida, se me cayo la cara, no puedo mover el brazo, hablo raro, se me traba la lengua, "
        "medio cuerpo dormido, derrame, ictus",
        "перекосило лицо, лицо поехало, рука не двигается, слабость в руке, речь невнятная, язык заплетается, "
        "половина онемела, инсульт",
    ),
    ("VI", "D1"): (
        "cant see, gone blind, blind in one eye, lost vision, vision black, blurry, double vision, curtain, eye pain",
        "no veo, perdi la vista, veo borroso, veo doble, veo negro, mancha negra en el ojo, se me nubla la vista, "
        "me duele el ojo",
        "не вижу, ослепла, пропало зрение, пелена, двоится, мутно вижу, черное пятно, болит глаз",
    ),
    ("CO", "D1"): (
        "confused, not making sense, out of it, cant wake, delirious, so drowsy",
        "confundida, desorientado, no sabe donde esta, delira, muy dormida, no despierta",
        "бредит, не соображает, спутанность, не понимает где, не могу разбудить, заторможена",
    ),
    ("BL", "D2"): (
        "turned white, white patch, pale patch, gone grey, gone gray, turned blue, purple lace, marbled, spider web, "
        "dusky, skin cold",
        "se puso blanca, mancha blanca, gris, azulada, morada como red, telaraña, marmoleada, piel fria, "
        "palida en una zona",
        "побелело, белое пятно, бледное пятно, посерело, посинело, синюшная, мраморная, сеточка, паутинка, "
        "холодная кожа",
    ),
    ("SK", "D2"): (
        "turning black, black scab, skin dying, dead skin patch, blisters, open sore, hole in, oozing sore, necrosis",
        "se puso negro, costra negra, piel muerta, ampollas, anpollas, llaga, herida abierta, ulcera, necrosis, "
        "se me abrio",
        "почернело, чернеет, черная корка, некроз, волдыри, пузыри, язва, открытая рана, мокнет, кожа отмирает",
    ),
    ("PA", "D2"): (
        "unbearable, killing me, worst pain, 9/10, 10/10, crying from pain, excruciating",
        "dolor insoportable, no aguanto, muchisimo dolor, me mata el dolor, no se quita con nada, dolor 9, dolor 10",
        "невыносимо, адская боль, дикая боль, терпеть невозможно, лезу на стену, болит ужасно",
    ),
    ("PA", "D3"): ("meds not working", "las pastillas no me hacen nada", "обезболивающее не помогает"),
    ("FE", None): (
        "fever, fevr, temp 38, 100.4, burning up, chills, shivering, shaking",
        "fiebre, fievre, calentura, tengo temperatura, 38 y pico, escalofrios, tiritando, destemplada, ardiendo",
        "температура, темпиратура, темпа, жар, знобит, озноб, трясет, лихорадка, 38,5, 39.2, горю",
    ),
    ("RE", None): (
        "spreading red, redness bigger, red and hot, angry red, swollen and hot",
        "se extiende lo rojo, roja y caliente, enrojecida, colorada y caliente, cada vez mas rojo",
        "покраснение растет, краснота расползается, красное и горячее, горячая кожа, рожистое",
    ),
    ("PU", "D3"): (
        "pus, puss, oozing, leaking, draining, green stuff, yellow stuff, boil, abscess, smells bad, infected",
        "pus, materia, supura, sale liquido, absceso, grano con pus, huele mal, infectada, infeccion, se me infecto",
        "гной, гноится, гнойник, нарывает, абсцесс, чирей, фурункул, выделения, сочится, воняет, инфекция",
    ),
    ("LS", "D2"): (
        "red line, red streaks, line up my arm, line up my leg, blood poisoning",
        "rayas rojas, linea roja, sube una raya, sangre envenenada",
        "красная полоса, красная дорожка, заражение крови",
    ),
    ("SM", None): (
        "crooked smile, lopsided, lip wont move",
        "sonrisa chueca, boca torcida, boca de lado",
        "кривая улыбка, перекосило рот, губа не двигается",
    ),
    ("SL", "D1"): (
        "cant swallow, food stuck, drooling",
        "no puedo tragar, me atraganto, se me atora, babeo",
        "не могу глотать, больно глотать, поперхнулась, слюни текут",
    ),
    ("LU", None): (
        "lump, bump, hard ball, knot, marble under skin, came back hard",
        "bolita, bulto, nodulo, pelota, bola dura, chichon, grumo",
        "шишка, шарик, уплотнение, комок, бугорок, узелок, твердое под кожей",
    ),
    ("UR", None): (
        "no pee, cant pee, brown pee, cola pee",
        "no orino, orina oscura, orina color coca cola",
        "не мочусь, не хожу в туалет, темная моча",
    ),
    ("NA", None): (
        "keep throwing up, puking",
        "vomito sin parar, devolvi varias veces",
        "рвет без остановки, рвота",
    ),
    ("HE", None): (
        "worst headache, head exploding",
        "me estalla la cabeza, peor dolor de cabeza",
        "голова раскалывается, самая сильная головная боль",
    ),
    ("CA", None): (
        "calf hurts, one leg swollen",
        "pantorrilla, gemelo, batata, pierna hinchada",
        "икра болит, одна нога отекла",
    ),
    ("NU", None): ("numb, no feeling", "dormida, adormecido, no siento", "онемело, не чувствую, нет чувствительности"),
    ("HS", "D4"): ("bald patch, hair falling", "calva, se me cae el pelo", "проплешина, волосы лезут"),
    ("BU", "D4"): ("bruise, black and blue", "moreton, moraton, cardenal", "синяк, гематома"),
    ("SH", "D1"): (
        "kill myself, end it, want to die, suicidal",
        "quiero morirme, matarme, suicidarme",
        "не хочу жить, покончить с собой, суицид",
    ),
    ("HUMAN", None): (
        "help, call me, emergency, 911, ambulance, 🆘",
        "ayuda, ayudame, urgencia, ambulancia, llamenme",
        "помогите, срочно, скорая, скорую, перезвоните",
    ),
}


def phrases() -> list[tuple[str, str | None, str]]:
    """Symptom, level and phrase, for every phrase of every cell."""
    return [
        (symptom, level, phrase)
        for (symptom, level), cells in ROWS.items()
        for cell in cells
        for phrase in cell.split(", ")
    ]
