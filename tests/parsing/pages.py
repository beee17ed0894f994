"""Pages and texts to parse: invented outlets, people and events."""

PARAGRAPHS = [
    (
        "The port of Velmora will reopen on Thursday, harbour master Ines Calder said, three weeks after a storm damaged "
        "its northern pier."
    ),
    (
        "“We have checked every bollard twice,” Calder told the Velmora Courier. “Ferries will run again from six in the "
        "morning, and the fish market opens at seven.”"
    ),
    (
        "According to the regional transport office, about 4,200 passengers a day were taken by bus over the mountain road "
        "while the port was closed."
    ),
    (
        "Opposition councillor Bram Oduya called the repairs late and costly. The council had set aside 1.3 million crowns "
        "for the pier; the final bill is not known yet."
    ),
    "Calder rejected the charge, saying that divers could not work before the water had calmed.",
]
TEXT = "\n\n".join(PARAGRAPHS)

RUSSIAN = [
    (
        "Порт Вельморы откроется в четверг, сообщила начальник гавани Инес Кальдер спустя три недели после шторма, "
        "который повредил северный причал."
    ),
    (
        "«Мы дважды проверили каждый кнехт», — сказала Кальдер газете «Вельморский курьер». Паромы снова пойдут с шести "
        "часов утра, а рыбный рынок откроется в семь."
    ),
    (
        "По данным областного управления транспорта, пока порт был закрыт, автобусы перевозили через горы около 4200 "
        "пассажиров в день."
    ),
    "Депутат от оппозиции Брам Одуя назвал ремонт запоздалым и дорогим. Совет выделил на причал 1,3 миллиона крон.",
]


def page(
    paragraphs: list[str] = PARAGRAPHS,
    *,
    head: str = "<title>Port of Velmora reopens on Thursday | Velmora Courier</title>",
    before: str = "<h1>Port of Velmora reopens on Thursday</h1>",
    after: str = "",
    lang: str = "en",
) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="{lang}"><head>{head}</head><body><nav><a href="/">Home</a> <a href="/sport">Sport'
        f"</a></nav><article>{before}{body}{after}</article><footer>© Velmora Courier</footer></body></html>"
    )
