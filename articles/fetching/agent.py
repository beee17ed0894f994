"""What the workbench calls itself, to servers and in robots.txt."""

# The product token that a site names in its robots.txt to speak to the workbench alone.
AGENT = "factcheck-workbench"
USER_AGENT = f"{AGENT}/0.1 (imports single articles for fact-checking)"
