"""What to read our figures by: what others measured, the simplest baselines, and the first look at texts of our own."""

from typing import NamedTuple


class Attribution(NamedTuple):
    """F1 of whole attributions on PolNeAR's held-out test: all of them, and those of speech."""

    who: str
    main: float
    reporting_only: float


ATTRIBUTION = (
    Attribution("Guardian rules", 16.3, 25.4),
    Attribution("textacy", 21.8, 33.1),
    Attribution("sayswho", 23.6, 35.8),
    Attribution("Gender Gap Tracker", 42.8, 58.9),
    Attribution("Citron, retrained", 48.6, 60.6),
    Attribution("CRF", 55.8, 70.3),
    Attribution("MiniLM-L6, a sketch", 70.1, 84.7),
    Attribution("person against person", 73.5, 89.7),
)


class Ranking(NamedTuple):
    """A ranker of sentences on one set, in points."""

    who: str
    where: str
    ap: float
    f1: float | None = None
    best_f1: float | None = None


HELD_OUT = "the debates of 2012 and 2016 (held out)"
CHECKWORTHY = (
    Ranking("TF-IDF", HELD_OUT, 68.0, 62.7),
    Ranking("TF-IDF + 13 cues", HELD_OUT, 70.7, 63.3),
    Ranking("MiniLM + logistic regression", HELD_OUT, 69.7, 64.7),
    Ranking("all three", HELD_OUT, 75.0, 68.0),
    Ranking("all three", "sentences that experts agreed on (held out)", 96.9),
)

# Measured by `python -m benchmarks.checkworthy_baselines` (scikit-learn 1.9, C chosen by five folds of training debates).
DEV = "the debates of 2008 (`claimbuster-dev`)"
EXPERTS = "sentences that experts agreed on (`claimbuster-groundtruth`)"
DEV_BASELINES = (
    Ranking("TF-IDF", DEV, 66.6, 54.7, 62.1),
    Ranking("TF-IDF + 13 cues", DEV, 67.9, 57.4, 63.7),
    Ranking("TF-IDF", EXPERTS, 93.5, 83.9, 87.3),
    Ranking("TF-IDF + 13 cues", EXPERTS, 93.8, 85.6, 87.8),
)

# Extractor rules-1 on the twelve own texts, before anybody had seen where it went wrong on them.
FIRST_LOOK = "94.0 for ascribed claims, 80.4 with the right speaker and 69.8 with the right chain (`rules-1`)"
