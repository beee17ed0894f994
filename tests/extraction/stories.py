"""Invented wire stories whose chains, speakers and own voice tests tell."""

from typing import NamedTuple


class Story(NamedTuple):
    outlet: str
    title: str
    text: str


# A lead without a verb before its source, an interview, an agency cited, an interviewer's remark, history at the end.
WIRE_STORY = Story(
    outlet="Halden Daily",
    title="Claims of a broken promise over Lake Orsa - groundless - Velmark spokesperson",
    text="""Claims of a broken promise over Lake Orsa - groundless - Velmark spokesperson

Lake Orsa dispute 3 March 2021 10:12 (UTC +02:00)

HALDEN, Halden, Mar.3


Claims that Velmark broke a promise to Sundria over the water of Lake Orsa are entirely groundless, Marek Tollan, the press secretary of the Velmark President Olof Brandt in an interview published on VTK TV channel, Halden Daily reports citing NORDPRESS.

"Claims against Velmark are entirely groundless," Tollan replied to the remark that the country allegedly failed to send Sundria the water it had promised, and some Sundrians regard Velmark's position as a breach of trust.

Velmark counts both Halden Chancellor Ilse Marn and Sundrian Prime Minister Pavo Reth among its partners, he said.

According to the press secretary, the Orsa Commission of the League of Northern States (LNS) drafted rules for sharing the lake, the adoption of which six years ago would have prevented the drought.

As he noted, the closing of the dams was preceded by ‘long years of efforts by the Orsa Commission and, above all, Velmark to propose some rules for the lake's use.’

"These rules were written, they are known to everyone at the table, but, sadly, they were never applied for one reason or another," added Tollan.

Following over two months of talks on the lake, Halden has moved Sundria to sign the water treaty. A joint declaration on the matter was made by the Halden chancellor, Sundria's PM, and the president of Velmark.

A complete halt of all pumping in the zone of Lake Orsa was introduced at 00:00 hours on 1 March 2021.

Sundrian engineers opened the sluices of the upper dam on Jan. 14. Halden responded by closing its own canal along the entire shore.

The dispute between the two lake countries began in 1974 when Sundria made claims against Halden. The 1981 treaty was followed by yearly talks.""",
)
