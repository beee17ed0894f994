"""Who and what a passage's names are, and what the article itself makes known about them. All invented."""

import pytest

from claims.extraction import ExtractedClaim, claim_text, extract

OUTLET = "Harbor Post"


def attributed(text: str, outlet: str = OUTLET) -> list[ExtractedClaim]:
    return [claim for claim in extract(text, outlet=outlet).claims if claim.form != "own-voice"]


# A passage, and who speaks in each of its attributed claims.
WHO = [
    ("The ferry operator Sandvar Line said it was late.", [("Sandvar Line", "organization")]),
    ("The group that owns the songs, Big Lantern, says they are hers.", [("Big Lantern", "organization")]),
    ("Her challenger, Tomaz Greve of the Civic Union, said it rained. Greve claimed it snowed.",
     [("Tomaz Greve", "person")] * 2),
    ("Joarn Breck, 58, said it rained. “It snowed,” Breck said.", [("Joarn Breck", "person")] * 2),
    ("Lakvinder Holm, another deportee, said it rained.", [("Lakvinder Holm", "person")]),
    ("The opposition leader on the council, Mettel Solgaard, said it rained.", [("Mettel Solgaard", "person")]),
    ("The company’s CEO Andrel Vesey said it rained.", [("Andrel Vesey", "person")]),
    ("Sonnya A. Zoller, the defendant’s attorney, said it rained. “It snowed,” she said.",
     [("Sonnya A. Zoller", "person")] * 2),
    ("Ana Ruiz and Tom Keel met. Both Ruiz and Keel said it rained.", [("Ana Ruiz and Tom Keel", "group")]),
    ("The former secretary of state Collin L. Parrow said it rained.", [("Collin L. Parrow", "person")]),
    ("Oskra Pellwin told Radio Brook it rained. “It snowed,” she said. The union accused the magazine of theft.",
     [("Oskra Pellwin", "person")] * 2 + [("union", "organization")]),
    ("Oskra B. Pellwin said it rained. It snowed, Pellwin said.", [("Oskra B. Pellwin", "person")] * 2),
    ("Sandvar Line said it rained.", [("Sandvar Line", "organization")]),
    ("East Velmark said it rained.", [("East Velmark", "organization")]),
    ("Saudi Arabia said it rained.", [("Saudi Arabia", "organization")]),
    ("Velmark Bahn said it rained. She worked at Velmark Bahn.", [("Velmark Bahn", "organization")]),
    ("The screenwriter Colm Haddock said it rained.", [("Colm Haddock", "person")]),
    ("Merrow-based Ostrander Inc. said it rained.", [("Ostrander Inc", "organization")]),
    ("The Sound Fishermen's League said it rained.", [("Sound Fishermen's League", "organization")]),
    ("The Port Employers' Association said it rained.", [("Port Employers' Association", "organization")]),
    ("A senior scientist said it rained. Ragnor Oyen of the Merrow Laboratory told reporters it snowed.",
     [("Ragnor Oyen", "person")] * 2),
    ("Tom Keel said it rained. He said it snowed. Jon Marsh said it hailed. He said it froze.",
     [("Tom Keel", "person")] * 2 + [("Jon Marsh", "person")] * 2),
    ("Health authorities said it rained.", [("Health authorities", "group")]),
    ("The port's operator, the Essel Port Company, denied breaking any rule.",
     [("Essel Port Company", "organization")]),
    ("The regional health commission met. No one was ill, the commission said.",
     [("regional health commission", "organization")]),
    ("The pump maker Brisk Varme recalled 18 units. The units caught fire, the company said.",
     [("Brisk Varme", "organization")]),
    ("Big Lantern's label denied it. Ostrander Inc. said it rained. It has twice denied breaking a rule.",
     [("Ostrander Inc", "organization")] * 2),
    ("A letter came. According to the statement, it rained. Tom Keel welcomed it. He said it snowed.",
     [("statement", "unnamed"), ("Tom Keel", "person")]),
    ("In the county of Merrow, the vice president, Tom Keel, spoke. In Merrow, the vice president said it rained.",
     [("Tom Keel", "person")]),
    ("Tom Keel signed a contract on Monday. The 56-year-old said: “I am glad to be here.”", [("Tom Keel", "person")]),
    ("A refugee who feared reprisals told Reuters the road was shut.", [("refugee who feared reprisals", "unnamed")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speakers"), WHO)
def test_who_a_name_or_a_description_is(text: str, speakers: list[tuple[str, str]]) -> None:
    assert [(claim.speaker, claim.speaker_kind) for claim in attributed(text)] == speakers


def test_somebody_described_in_the_lead_is_who_speaks_next_by_name() -> None:
    text = (
        "The cod have returned, a senior fisheries scientist said on Monday. The survey took a month, she said.\n\n"
        "“We closed a third of the water,” Ragnor Oyen told reporters. The scientist warned that one year is short."
    )
    assert [claim.speaker for claim in attributed(text)] == ["Ragnor Oyen"] * 4


def test_somebody_with_a_role_of_their_own_is_not_who_was_described_before() -> None:
    text = "A senior scientist said it rained.\n\nIt snowed, said the mayor, Ragnor Oyen."
    assert [claim.speaker for claim in attributed(text)] == ["senior scientist", "Ragnor Oyen"]


# A passage, and the hops of its last attributed claim before the publisher.
OUTLETS = [
    ("It rained, Harbor Post reports citing the news agency Northwire. Ana Ruiz told Northwire it snowed.",
     [("Northwire", "medium")]),
    ("Ana Ruiz told Northern Wire it rained.", [("Northern Wire", "medium")]),
    ("Ana Ruiz told SNA, the state news agency, that it rained.", [("SNA", "medium")]),
    ("Ana Ruiz said in an interview broadcast by Kanal Ost TV that it rained.", [("Kanal Ost TV", "medium")]),
    ("Ana Ruiz said in the debate on Channel Six that it rained.", [("Channel Six", "medium")]),
    ("Speaking on Radio Merrow, Ana Ruiz said it rained.", [("Radio Merrow", "medium")]),
    ("Ana Ruiz said in a post on X that it rained.", [("X", "medium")]),
    ("Ana Ruiz told Dagens Ekko it rained.", [("Dagens Ekko", "medium")]),
    ("Ana Ruiz told Radio 9 it rained.", [("Radio 9", "medium")]),
    ("“It rained,” Ana Ruiz told Channel 40 in a long interview, according to Kanal Ost TV.",
     [("Channel 40", "medium"), ("Kanal Ost TV", "relay")]),
    ("MERROW (MPA) — “It rained,” Ana Ruiz told Channel 40, according to the Merrow Press Agency.",
     [("Channel 40", "medium"), ("Merrow Press Agency", "relay")]),
    ("MERROW (Northwire) — Ana Ruiz said it rained.", [("Northwire", "relay")]),
    ("MERROW (Harbor) — Ana Ruiz said it rained.", []),
    ("In an email to the Harbor Post, Ana Ruiz said it rained.", []),
    ("Ana Ruiz told Tom Keel it rained. Tom Keel left.", []),
    ("Ana Ruiz told Reuters it rained. Later Ruiz told police it snowed.", []),
    ("Ana Ruiz told a May Day rally that it rained.", []),
    ("Ana Ruiz told Reuters it rained, Tom Keel having left. The mayor said it snowed.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "hops"), OUTLETS)
def test_outlets_an_article_makes_known(text: str, hops: list[tuple[str, str]]) -> None:
    claim = attributed(text)[-1]
    assert [(hop.name, hop.role) for hop in claim.chain] == [*hops, (OUTLET, "publisher")]


def test_an_outlet_is_known_by_part_of_its_name_and_by_what_it_is() -> None:
    text = "The newspaper Daily Lantern printed it. The Lantern said it had the letter. The newspaper said it was real."
    assert {(claim.speaker, claim.speaker_kind) for claim in attributed(text)} == {
        ("Daily Lantern", "outlet")
    }


def test_who_is_answered_speaks_on_the_same_occasion() -> None:
    text = "“It was dry all day,” Tom Keel told Kanal Ost TV. “It is absurd,” Keel answered when the host put it to him that it rained."
    remark = attributed(text)[-1]
    assert (remark.speaker_kind, claim_text(text, remark)) == ("unnamed", "it rained")
    assert [hop.name for hop in remark.chain] == ["Kanal Ost TV", OUTLET]
