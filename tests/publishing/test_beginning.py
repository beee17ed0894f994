"""The words that a fact-check begins with."""

import pytest

from claims.drafting import unquoted


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("“We asked for four per cent", "We asked for four per cent"),
        ("They offered a fruit basket,”", "They offered a fruit basket"),
        ("“The old dam holds,”", "The old dam holds"),
        ('"It holds"', "It holds"),
        ("‘It doesn’t hold’", "It doesn’t hold"),
        ("„Er hält“", "Er hält"),
        ("«Ça tient»,", "Ça tient"),
        # What is a pair of the claim's own stays.
        ("the “old” dam holds", "the “old” dam holds"),
        ("it is “safe”", "it is “safe”"),
        ("“A” and “B”", "“A” and “B”"),
        ("the dogs’ bowl", "the dogs’ bowl"),
    ],
)
def test_marks_that_a_claim_was_cut_with_do_not_reach_readers(claim: str, words: str) -> None:
    assert unquoted(claim) == words
