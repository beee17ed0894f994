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
        ("FISH MARKET\n\nThe port will reopen.", ""),
        ("A port will reopen.", ""),
        ("", ""),
    ],
)
def test_the_place_a_text_begins_with(text: str, place: str) -> None:
    assert find_dateline(text) == place
