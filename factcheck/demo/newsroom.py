"""What the sample newsroom is made of: accounts, stories and a few judgements, all invented."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody at the sample desk. `role` is a group of factcheck.lib.roles."""

    username: str
    first_name: str
    last_name: str
    role: str

    @property
    def password(self) -> str:
        return f"{self.username}-demo"


ACCOUNTS = (
    Account("reviewer", "Nadia", "Ferro", "reviewer"),
    Account("reviewer2", "Tomas", "Aske", "reviewer"),
    Account("editor", "Iris", "Vandermeer", "editor"),
    Account("admin", "Jo", "Lindqvist", "admin"),
)


@dataclass(frozen=True, slots=True)
class Story:
    """One article as its outlet published it. A page says its title and date itself; for a plain text they are here."""

    outlet: str
    url: str
    file: Path
    title: str
    published_at: datetime


def load_stories() -> list[Story]:
    """The stories of newsroom.toml, in its order."""
    with (HERE / "newsroom.toml").open("rb") as file:
        manifest = tomllib.load(file)
    names = {outlet["key"]: outlet["name"] for outlet in manifest["outlets"]}
    return [
        Story(
            outlet=names[story["outlet"]],
            url=story["url"],
            file=HERE / "stories" / story["file"],
            title=story["title"],
            published_at=story["published"],
        )
        for story in manifest["stories"]
    ]


@dataclass(frozen=True, slots=True)
class Document:
    """A piece of evidence."""

    stance: str
    url: str
    title: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What a second reviewer answered without seeing the first one's verdicts."""

    by: str
    veracity: tuple[str, str]
    attribution: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """How an editor published it. What is left out is as the workbench begins it; `corrected` and `retracted` tell readers why."""

    title: str
    claim_reviewed: str
    summary: str
    unknown: str = ""
    corrected: str = ""
    retracted: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody at the desk did with the claim of story `story` whose text has `words` in it.

    Verdicts are given in order, the later one superseding; `attribution` is left out for the outlet's own voice.
    """

    by: str
    story: str
    words: str
    evidence: tuple[Document, ...] = ()
    veracity: tuple[tuple[str, str], ...] = ()
    attribution: tuple[str, str] | None = None
    submit: bool = False
    exception: str = ""  # why fewer pieces of evidence will do than the desk asks for
    check: "Check | None" = None
    approved_by: str = ""
    page: Page | None = None
    hold: str = ""
    dismiss: tuple[str, str] | None = None
    tags: tuple[str, ...] = ()


# A view of the whole desk: its name, and what narrows it.
SHARED_VIEW = ("Harbour, not judged yet", {"state": "queued", "q": "harbour"})

DEEDS = (
    Deed(
        by="reviewer",
        story="harbour-silt-wire.txt",
        words="2.4 milligrams",
        tags=("Harbour", "Environment"),
        evidence=(
            Document(
                "supports",
                "https://coastal-institute.example/reports/inner-harbour-2026.pdf",
                "Sediment of the inner harbour: samples of winter 2026",
                "Sample 17: 2.41 mg/kg Hg (dry weight).",
            ),
            Document(
                "context", "https://law.example/calthea/2011/sediment-limits", "Limits for sediment, 2011"
            ),
        ),
        veracity=(
            ("true", "Table 3 of the institute's report has 2.41 mg/kg; the limit of 2011 is 1 mg/kg."),
        ),
        attribution=("confirmed", "Strand confirmed the interview and the figure by telephone."),
        submit=True,
        check=Check(
            by="reviewer2",
            veracity=("true", "The report's table 3, and the institute's own summary, have the figure."),
            attribution=("confirmed", "The recording is on the station's page."),
        ),
        approved_by="editor",
        page=Page(
            title="Yes, the harbour silt at Port Essel holds 2.4 mg of mercury a kilogram",
            claim_reviewed="Harbour silt at Port Essel holds 2.4 mg of mercury a kilogram",
            summary="Table 3 of the Coastal Institute's report has 2.41 mg/kg in sample 17; the limit of 2011 is 1 mg/kg.",
            unknown="How much of the inner harbour is above the limit: the institute's map is preliminary.",
        ),
    ),
    Deed(
        by="reviewer2",
        story="rate-decision.html",
        words="has not changed the rate since September 2025",
        evidence=(
            Document(
                "supports",
                "https://centralbank.example/velmark/rates",
                "Main rate of Velmark's central bank, by decision",
                "18 September 2025: 3.25",
            ),
            Document(
                "supports",
                "https://statistics.example/velmark/rates",
                "Key interest rates, monthly, to March 2026",
            ),
        ),
        veracity=(("true", "Both tables have 3.25% from September 18, 2025 on, without a change."),),
        submit=True,
        check=Check(by="reviewer", veracity=("true", "As both tables have it.")),
        approved_by="editor",
        page=Page(
            title="Velmark's main interest rate is as it was in September 2025",
            claim_reviewed="The central bank has not changed the rate since September 2025",
            summary="The bank's own table and the statistics office have 3.25% from 18 September 2025 on.",
            corrected="An earlier version of this page gave the day of the decision as 17 September; it was the 18th.",
        ),
    ),
    Deed(
        by="reviewer2",
        story="rate-decision.html",
        words="4.5% at its peak in 2023",
        evidence=(
            Document(
                "refutes",
                "https://centralbank.example/calthea/rates",
                "Main rate, by decision",
                "June 2023: 4.75",
            ),
        ),
        veracity=(("false", "The table has 4.75% for June 2023."),),
        submit=True,
        exception="The bank's own table settles it.",
        check=Check(by="reviewer", veracity=("false", "4.75% in the table.")),
        approved_by="editor",
        page=Page(
            title="No, the rate did not peak at 4.5%",
            claim_reviewed="The rate stood at 4.5% at its peak in 2023",
            summary="The bank's table has 4.75% for June 2023.",
            retracted="The table that this rested on is that of Calthea's central bank, not of Velmark's. We are sorry.",
        ),
    ),
    Deed(
        by="reviewer",
        story="harbour-silt-lantern.html",
        words="400 hectares",
        tags=("Harbour", "Environment"),
        evidence=(
            Document(
                "refutes",
                "https://northwire.example/wire/2026-03-17/harbour-silt-wire",
                "Harbour silt at Port Essel holds mercury above limit",
                "Around 40 hectares of seabed could be affected",
            ),
            Document(
                "refutes",
                "https://coastal-institute.example/maps/inner-harbour-2026",
                "Preliminary map of the affected seabed",
                "approx. 0.4 km² (40 ha)",
            ),
        ),
        veracity=(
            ("misleading", "Ten times the area of the institute's map, and “could be” has become “are”."),
            ("false", "The whole inner harbour is 95 hectares: 400 cannot be right, whatever the map says."),
        ),
        submit=True,
        check=Check(
            by="reviewer2",
            veracity=(
                "misleading",
                "A slip of a factor of ten over a true report: misleading rather than false?",
            ),
        ),
    ),
    Deed(
        by="reviewer2",
        story="census.html",
        words="More babies were born",
        tags=("Population",),
        evidence=(
            Document(
                "refutes",
                "https://statistics.example/velmark/births",
                "Live births in Velmark by year",
                "2021: 53,400. 2025: 52,100.",
            ),
        ),
        veracity=(
            ("false", "2021 had 1,300 more births than 2025, and three other years since 2010 had more too."),
        ),
        attribution=("confirmed", "Her post of June 10 is still up; archived."),
        submit=True,
        exception="The office's own table settles it; a second source would repeat it.",
    ),
    Deed(
        by="reviewer2",
        story="dockers-speech.html",
        words="asked for four per cent",
        evidence=(
            Document(
                "supports", "https://dockers.example/claims-2026", "What we ask for in 2026", "4.0 per cent"
            ),
        ),
        veracity=(("true", "The union's list of claims of February 2 has it."),),
        attribution=("confirmed", "On the recording of the rally, at 14:20."),
        submit=True,
        exception="The union's own list is the document in question.",
        check=Check(
            by="reviewer",
            veracity=("true", "As in the list of February 2."),
            attribution=("confirmed", "Heard on the recording."),
        ),
    ),
    Deed(
        by="reviewer",
        story="mayor-flood.html",
        words="The gates closed at 23.10",
        tags=("Floods",),
        evidence=(
            Document(
                "supports", "https://port-essel.example/gates/log", "Gate log, May 17", "23:10:04 closed"
            ),
        ),
        veracity=(
            ("mostly_true", "The log has 23:10 for all gates but the smallest, which closed at 23:26."),
        ),
        attribution=("confirmed", "Posted on his page on May 18, 08:12."),
    ),
    Deed(
        by="reviewer2",
        story="football-bribe.html",
        words="the transfer was made on May 19",
        evidence=(
            Document(
                "context",
                "https://vantage.example/investigations/cup-final",
                "The referee, his wife and 25,000 talers",
            ),
        ),
        hold="The football association answers our questions by Friday.",
    ),
    Deed(
        by="reviewer2",
        story="election-debate.html",
        words="Waiting lists have fallen",
        evidence=(
            Document(
                "refutes",
                "https://health.example/calthea/waiting-lists/july-2026",
                "Waiting lists by county, July 2026",
                "Ostwick +4%, Nether Sound +2%",
            ),
        ),
        veracity=(
            ("misleading", "True of the country as a whole; the lists grew in two of the nine counties."),
        ),
        attribution=("confirmed", "Channel Six, 34th minute."),
        submit=True,
        exception="County figures are published nowhere else.",
    ),
    Deed(
        by="reviewer",
        story="harvest-forecast.html",
        words="take a deep breath",
        dismiss=("not_checkable", "An appeal, not a statement of fact."),
    ),
    Deed(
        by="editor",
        story="football-bribe.html",
        words="I have seen that penalty a hundred times",
        dismiss=("not_relevant", "A coach about a penalty."),
    ),
)
