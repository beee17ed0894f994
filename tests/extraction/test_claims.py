"""What one passage yields, as (text, expected) tables. Outlets and people are invented."""

import pytest

from claims.extraction import ExtractedClaim, claim_text, extract

OUTLET = "Harbor Post"


def claims_of(text: str, title: str = "") -> list[ExtractedClaim]:
    return list(extract(text, outlet=OUTLET, title=title).claims)


# A passage, and the words, form and speaker of each claim in it.
WHO_SAYS_WHAT = [
    ("Ana Ruiz said the bridge is shut and will stay shut.",
     [("the bridge is shut and will stay shut", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz said the bridge is shut, adding that the pier is safe.",
     [("the bridge is shut", "indirect", "Ana Ruiz"), ("the pier is safe", "indirect", "Ana Ruiz")]),
    ('"The bridge is shut," said Ana Ruiz, the head of the port.',
     [('"The bridge is shut,"', "direct", "Ana Ruiz")]),
    ('"The bridge is shut," Ana Ruiz, the head of the port, said on Monday. "It will open in May."',
     [('"The bridge is shut,"', "direct", "Ana Ruiz"), ('"It will open in May."', "direct", "Ana Ruiz")]),
    ('"The bridge," Ana Ruiz said, "is shut."',
     [('"The bridge," … "is shut."', "direct", "Ana Ruiz")]),
    ("Ana Ruiz said: “The bridge is shut. Nobody crossed it.\n\n“The pier was safe all along.”",
     [("“The bridge is shut", "direct", "Ana Ruiz"), ("Nobody crossed it", "direct", "Ana Ruiz"),
      ("“The pier was safe all along.”", "direct", "Ana Ruiz")]),
    ("Ana Ruiz said the bridge was “closed for good” and unsafe.",
     [("the bridge was “closed for good” and unsafe", "mixed", "Ana Ruiz")]),
    ("The bridge, Ana Ruiz said, was closed in May.",
     [("The bridge … was closed in May", "indirect", "Ana Ruiz")]),
    ("The bridge was closed in May, according to Ana Ruiz.",
     [("The bridge was closed in May", "indirect", "Ana Ruiz")]),
    ("According to Ana Ruiz, the bridge was closed in May.",
     [("the bridge was closed in May", "indirect", "Ana Ruiz")]),
    ("As Ana Ruiz noted, the bridge was closed in May.",
     [("the bridge was closed in May", "indirect", "Ana Ruiz")]),
    ("The company that built the bridge, Ostrander Inc., said that it was cooperating.",
     [("it was cooperating", "indirect", "Ostrander Inc")]),
    ("Ana Ruiz accused the port of hiding the report.",
     [("the port of hiding the report", "indirect", "Ana Ruiz")]),
    ("The port was accused by critics of hiding the report.",
     [("The port … of hiding the report", "indirect", "critics")]),
    ("The port was accused of hiding the report.",
     [("The port … of hiding the report", "indirect", "unnamed")]),
    ("Some 200 guards are believed to live in the tower.",
     [("Some 200 guards … live in the tower", "indirect", "unnamed")]),
    ("The port has reportedly sold the tower.",
     [("The port has … sold the tower", "indirect", "unnamed")]),
    ("'It's shut, and the workers' march is off,' Ana Ruiz said.",
     [("'It's shut, and the workers' march is off,'", "direct", "Ana Ruiz")]),
    ("Ana Ruiz fired back: “The mayor is not telling the truth.”",
     [("“The mayor is not telling the truth.”", "direct", "Ana Ruiz")]),
    ("The bridge is shut, per Ana Ruiz.", [("The bridge is shut", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz described the bridge as a danger.",
     [("the bridge as a danger", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz denied that the cracks were known.",
     [("the cracks were known", "indirect", "Ana Ruiz")]),
    ("The city pledged to rebuild the bridge.",
     [("to rebuild the bridge", "indirect", "city")]),
    ("Ana Ruiz said the bridge is safe, while the city’s police say it must close.",
     [("the bridge is safe", "indirect", "Ana Ruiz"), ("it must close", "indirect", "city’s police")]),
    ("The port regards the guild as a partner, Ana Ruiz said.",
     [("The port regards the guild as a partner", "indirect", "Ana Ruiz")]),
    ('He said, “it is shut,” the port’s office said.',
     [("He said, “it is shut,”", "mixed", "port’s office")]),
    ("Ana Ruiz rejected the accusation that the port hid the report.",
     [("the accusation that the port hid the report", "indirect", "Ana Ruiz")]),
    ("The bridge is shut, Ana Ruiz said, rejecting reports that it fell.",
     [("The bridge is shut", "indirect", "Ana Ruiz"), ("reports that it fell", "indirect", "Ana Ruiz")]),
    ("The bridge is shut, according to an audit obtained by Reuters.",
     [("The bridge is shut", "indirect", "audit obtained by Reuters")]),
    ("The guild denied having paid the judge, after Reuters reported that he was rich.",
     [("having paid the judge", "indirect", "guild"), ("he was rich", "indirect", "Reuters")]),
    ("The guild accused the magazine of relying on a forged bank statement.",
     [("the magazine of relying on a forged bank statement", "indirect", "guild")]),
    ("The warden, Ana Ruiz, ruled out any tampering.", [("any tampering", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz ruled out any wrongdoing.", [("any wrongdoing", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz disputed the suggestion that the bridge moved.",
     [("the suggestion that the bridge moved", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz said that was untrue.", [("that was untrue", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz said this shows that the bridge is weak.",
     [("this shows that the bridge is weak", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz, a scientist who led the search, said two of the piers are gone.",
     [("two of the piers are gone", "indirect", "Ana Ruiz")]),
    ("The bridge is shut, Ana Ruiz said while visiting the port.",
     [("The bridge is shut", "indirect", "Ana Ruiz")]),
    ("While the pier stands, Ana Ruiz said it’s shut for good.",
     [("it’s shut for good", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz responded by saying that the bridge is shut.",
     [("the bridge is shut", "indirect", "Ana Ruiz")]),
    ("Ana Ruiz said the bridge was shut.\n\n“Nobody crossed it all winter.”",
     [("the bridge was shut", "indirect", "Ana Ruiz"), ("“Nobody crossed it all winter.”", "direct", "Ana Ruiz")]),
    ("The bridge “was never safe. It is shut,” said Ana Ruiz.",
     [("The bridge “was never safe", "mixed", "Ana Ruiz"), ("It is shut,”", "direct", "Ana Ruiz")]),
    ("Ana Ruiz claimed victory as the guild closed the bridge it had built.", [
        ("Ana Ruiz claimed victory as the guild closed the bridge it had built", "own-voice", "Harbor Post")]),
    ("Ana Ruiz aims at voters in battleground states, her critics say.",
     [("Ana Ruiz aims at voters in battleground states", "indirect", "her critics")]),
    ("The mayor dropped two investigative reports the council had paid for.",
     [("The mayor dropped two investigative reports the council had paid for", "own-voice", "Harbor Post")]),
    ("Ana Ruiz called on the “interim” council to shut the bridge.", []),
    ("The bank kept its rate at 3 percent on Thursday, saying that demand was weak.",
     [("The bank kept its rate at 3 percent on Thursday", "own-voice", "Harbor Post"),
      ("demand was weak", "indirect", "bank")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), WHO_SAYS_WHAT, ids=lambda value: value[:50] if isinstance(value, str) else ""
)
def test_who_says_what(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(claim_text(text, c), c.form, c.speaker) for c in claims_of(text)] == expected


OWN_VOICE = [
    ("The bridge opened in 1931.", ["The bridge opened in 1931"]),
    ("The city denounced the ruling of the court.", ["The city denounced the ruling of the court"]),
    ("Ana Ruiz denied the allegations.", ["Ana Ruiz denied the allegations"]),
    ("The harbor panel disputed the official count.", ["The harbor panel disputed the official count"]),
    ("Ana Ruiz denied the rumours.", ["Ana Ruiz denied the rumours"]),
    ("Was the bridge ever safe?", []),
    ("The port declined to comment on the report.", []),
    ("What did the city say?\n\nThe bridge opened in 1931.", ["The bridge opened in 1931"]),
    ("It is a disgrace that the bridge is shut. Heads should roll before summer does.", []),
    ("In our view the council is right to close the bridge.", []),
    ("This article has been adapted from its original source.", []),
    (
        "The company must report such faults within ten days.",
        ["The company must report such faults within ten days"],
    ),
    ("By Ann Doe\n\nThe bridge opened in 1931.\n\nImage credit: Ann Doe", ["The bridge opened in 1931"]),
]


@pytest.mark.parametrize(("text", "expected"), OWN_VOICE)
def test_what_the_outlet_says_itself(text: str, expected: list[str]) -> None:
    found = claims_of(text)
    assert [claim_text(text, claim) for claim in found] == expected
    assert {(claim.form, claim.speaker, claim.speaker_kind) for claim in found} <= {
        ("own-voice", OUTLET, "outlet")
    }
    assert all(claim.checkable and [hop.role for hop in claim.chain] == ["publisher"] for claim in found)


# A passage, and whose its last claim is.
SPEAKERS = [
    ("Ana Ruiz, the mayor of Elsewhere, opened the bridge. Ruiz said it was safe.", "Ana Ruiz", "person"),
    ("Ana Ruiz said the bridge was shut. She said it would open in May.", "Ana Ruiz", "person"),
    ("Tom Keel met Ana Ruiz. Ana Ruiz said it rained. He said the bridge was shut.", "Tom Keel", "person"),
    ("Mayor Tom Keel opened the bridge. The mayor said it was safe.", "Tom Keel", "person"),
    ("The press secretary Tom Keel came. According to the spokesman, the bridge was shut.", "Tom Keel", "person"),
    ("Elsewhere’s ambassador to Merrow said the talks failed. Elsewhere’s ambassador to Merrow Tom Keel left.",
     "Tom Keel", "person"),
    ("Tom Keel came. A spokeswoman for Tom Keel said the bridge was shut.", "spokeswoman for Tom Keel", "unnamed"),
    ("Labour’s transport minister, Joan Pell, said the bridge was shut.", "Joan Pell", "person"),
    ("Ravina Sen, an activist, came. Sen said the bridge was shut.", "Ravina Sen", "person"),
    ("Campaigners want an inquiry. They claim 40 families lost their homes.", "Campaigners", "group"),
    ("WHO said the bridge was shut.", "WHO", "organization"),
    ("Democrats said the bill was fair.", "Democrats", "group"),
    ("Police said the bridge was shut.", "Police", "organization"),
    ("Officials said the bridge was shut.", "Officials", "group"),
    ("Three experts said the bridge was shut.", "Three experts", "group"),
    ("A doctor said the patient was well.", "doctor", "unnamed"),
    ("An insider told Reuters the deal was off. The source said it had cost too much.", "insider", "unnamed"),
    ("Ostrander Inc. issued a statement on Monday. The statement said the bridge was safe.", "Ostrander Inc", "organization"),
    ("Reuters reported that shares fell.", "Reuters", "outlet"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speaker", "kind"), SPEAKERS)
def test_the_speaker_is_named_as_the_article_names_them(text: str, speaker: str, kind: str) -> None:
    claim = [c for c in claims_of(text) if c.form != "own-voice"][-1]
    assert (claim.speaker, claim.speaker_kind) == (speaker, kind)


def test_a_pronoun_with_two_equal_candidates_stays_open() -> None:
    text = "It rained. She said the bridge was shut."
    claim = claims_of(text)[-1]
    assert (claim.speaker, claim.speaker_kind) == ("", "")
    assert claim.confidence < 0.6


# A passage, and the hops of its last attributed claim before the publisher.
CHAINS = [
    ("Ana Ruiz told Reuters the bridge was shut.", [("Reuters", "medium")]),
    ("Ana Ruiz told Harbor Post the bridge was shut.", []),
    ("Ana Ruiz told reporters the bridge was shut.", []),
    ("Ana Ruiz said in a statement that the bridge was shut.", [("statement", "medium")]),
    (
        "Ana Ruiz told reporters at a news conference that the bridge was shut.",
        [("news conference", "medium")],
    ),
    ("Ana Ruiz said in an interview with CNN on Monday that the bridge was shut.", [("CNN", "medium")]),
    ("Ana Ruiz wrote on Twitter that the bridge was shut.", [("Twitter", "medium")]),
    ("Ana Ruiz, via USA Today, said the bridge was shut.", [("USA Today", "relay")]),
    (
        "Ana Ruiz said the bridge was shut, Reuters reported, citing Interfax.",
        [("Interfax", "relay"), ("Reuters", "relay")],
    ),
    ("CNN reported that two officials said the bridge was shut.", [("CNN", "relay")]),
    ("Reuters quoted Ana Ruiz as saying the bridge was shut.", [("Reuters", "relay")]),
    ("“It is shut,” Ana Ruiz was quoted as saying by state news agency NRT.", [("NRT", "relay")]),
    ("Speaking to BBC Radio 4, Ana Ruiz said the bridge was shut.", [("BBC Radio 4", "medium")]),
    ("Ana Ruiz told Norwegian broadcaster NRK the bridge was shut.", [("NRK", "medium")]),
    ("Ana Ruiz told a news conference that the bridge was shut.", [("news conference", "medium")]),
    (
        "In a letter obtained by Politico, Ana Ruiz said the bridge was shut.",
        [("letter", "medium"), ("Politico", "relay")],
    ),
    ("Ana Ruiz told Reuters the bridge was shut. She said the pier was safe.", [("Reuters", "medium")]),
    ("Reuters reported that the bridge was shut.", []),
    ("ELSEWHERE (AP) — Ana Ruiz said the bridge was shut.", [("AP", "relay")]),
]


@pytest.mark.parametrize(("text", "hops"), CHAINS)
def test_the_chain_is_what_the_words_say(text: str, hops: list[tuple[str, str]]) -> None:
    claim = [c for c in claims_of(text) if c.form != "own-voice"][-1]
    assert [(hop.name, hop.role) for hop in claim.chain] == [*hops, (OUTLET, "publisher")]


def test_a_dateline_relays_the_own_voice_too() -> None:
    text = "ELSEWHERE (Reuters) - The bridge opened in 1931."
    (claim,) = claims_of(text)
    assert claim_text(text, claim) == "The bridge opened in 1931"
    assert [hop.name for hop in claim.chain] == ["Reuters", OUTLET]


def test_a_chain_stated_later_holds_for_the_lead() -> None:
    text = "Ana Ruiz said the bridge was shut.\n\n“Nobody crossed it,” Ruiz told Reuters."
    assert [[hop.name for hop in claim.chain] for claim in claims_of(text)] == [["Reuters", OUTLET]] * 2


def test_an_outlet_that_cites_another_with_nobody_behind_it_speaks_for_the_cited() -> None:
    text = "The bridge was shut in May, Harbor Post reports citing TASS."
    (claim,) = claims_of(text)
    assert (claim.speaker, claim.speaker_kind) == ("TASS", "outlet")
    assert [hop.name for hop in claim.chain] == [OUTLET]


def test_a_statement_within_a_statement_is_embedded() -> None:
    text = "Ana Ruiz said Tom Keel told her that the safe was open."
    (claim,) = claims_of(text)
    assert claim.speaker == "Ana Ruiz"
    assert claim.embedded is not None
    assert claim.embedded.speaker == "Tom Keel"
    assert [text[start:end] for start, end in claim.embedded.content] == ["the safe was open"]


CHECKABLE = [
    ("Ana Ruiz said the bridge carried 400 cars a day in 2019.", True),
    ("Ana Ruiz denied owing tax.", True),
    ("Ana Ruiz said rules must be kept.", False),
    ("Ana Ruiz said she hoped the bridge would open.", False),
    ("Ana Ruiz said the bridge is beautiful.", False),
    ("Ana Ruiz said the economy will recover.", False),
    ("Ana Ruiz said the report concerned another bridge.", True),
    ("Ana Ruiz said she was concerned about the bridge.", False),
    ("Ana Ruiz said a bridge of that size would have to be examined.", False),
    ("Tom Keel said the mayor of Hope had sold the bridge.", True),
]


@pytest.mark.parametrize(("text", "checkable"), CHECKABLE)
def test_what_evidence_could_settle(text: str, checkable: bool) -> None:
    (claim,) = claims_of(text)
    assert claim.checkable is checkable
    assert claim.reasons
