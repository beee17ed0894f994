"""What other desks have checked: reading their ClaimReview, and how near two claims' words are. No Django, no I/O."""
