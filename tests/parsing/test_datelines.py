from datetime import date

import pytest

from articles.parsing.dateline import find_dateline


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("VELMORA — The port will reopen.", "VELMORA"),
        ("VELMORA (Reuters) - The port will reopen.", "VELMORA"),
        ("NEW VELMORA: The port will reopen.", "NEW VELMORA"),
        ("ST. ARDEN, Mich. (AP) — The port", "ST. ARDEN, Mich."),
        ("VELMORA, United Coast Emirates — The port", "VELMORA, United Coast Emirates"),
        ("VELMORA, Nov. 13 (Courier) – The port", "VELMORA"),
        ("BRIX, Velmoria, Sept.5\n\nThe port will reopen.", "BRIX, Velmoria"),
        ("BRIX, Velmoria, Sept. 5, 2024 /Courier/ - The port", "BRIX, Velmoria"),
        ("VELMORA, 13 November. The port", "VELMORA"),
        ("VELMORA, November 13. /COURIER/. The port", "VELMORA"),
        ("ВЕЛЬМОРА, 5 ноября. /Курьер/. Порт", "ВЕЛЬМОРА"),
        ("Вельмора — портовый город.", ""),
        ("ВЕЛЬМОРА. Порт откроется.", ""),
        ("ВЕЛЬМОРА — Порт откроется.", "ВЕЛЬМОРА"),
        ("SAINT-ÉLOI — Le port", "SAINT-ÉLOI"),
        ("Velmora — a port town — will reopen.", ""),
        ("DEAR EDITOR: I wonder", ""),
        ("WATCH: The port reopens", ""),
        ("BREAKING - The port reopens", ""),
        ("(CNN) The port will reopen.", ""),
        # in small letters, where a date or an agency says that it is one
        ("Velmora (dpa) – Der Hafen öffnet wieder.", "Velmora"),
        ("Rio de Velmora (AFP) - The port", "Rio de Velmora"),
        ("Velmora, 13 November 2024 – The port", "Velmora"),
        ("Velmora, Coastland – The port", ""),
        # other ways to set it off
        ("LOS VELMOS (CNN) The port will reopen.", "LOS VELMOS"),
        ("RIO DE VELMORA (AP) _ The port", "RIO DE VELMORA"),
        ("(ANSA) - VELMORA, 13 NOV - Il porto", "VELMORA"),
        ("VELMORA/CALDERA (Courier) — The port", "VELMORA/CALDERA"),
        ("VELMORA. Nov 13 (Courier) – The port", "VELMORA"),
        ("VELMORA, D.C. — The port", "VELMORA, D.C."),
        ("By Mira Tolland | VELMORA | November 13, 2024\n\nThe port", "VELMORA"),
        ("By Mira Tolland | Harbour desk\n\nThe port", ""),
        # capitals that are no place
        ("NATO - the alliance said", ""),
        ("OK — fine", ""),
        ("NEW: The port reopens", ""),
        ("I — we — all of us", ""),
        ("FISH MARKET\n\nThe port will reopen.", ""),
        ("A port will reopen.", ""),
        ("", ""),
    ],
)
def test_the_place_a_text_begins_with(text: str, place: str) -> None:
    found = find_dateline(text)
    assert (found.place if found else "") == place


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("VELMORA, Nov. 13 (Courier) – The port", date(2024, 11, 13)),
        ("VELMORA, 13 November 2023 — The port", date(2023, 11, 13)),
        ("VELMORA, Dec 31 (Courier) - The port", date(2024, 12, 31)),
        ("ВЕЛЬМОРА, 5 ноября. /Курьер/. Порт", date(2024, 11, 5)),
        ("VELMORA, 13 de noviembre – El puerto", None),
        ("VELMORA, 2. März (dpa) – Der Hafen", date(2025, 3, 2)),
        ("VELMORA, Nov. 31 (Courier) – The port", None),
        ("VELMORA — The port", None),
    ],
)
def test_the_day_it_names(text: str, day: date | None) -> None:
    found = find_dateline(text)
    assert (found.on(date(2025, 1, 2)) if found else None) == day
    if found is not None and "2023" not in text:
        assert found.on(None) is None, "a year is never made up"
