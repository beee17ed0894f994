"""More passages of our own, written after the rules had learned from the first: see `passages`."""

from tests.extraction.passages import Says, passage

FACT_CHECKS = [
    passage(
        "A viral Facebook post claims that the vaccine contains metal.",
        Says("contains metal", "viral Facebook post", "unnamed", ("medium:Facebook",)),
    ),
    passage(
        "“This is false,” said Dr. Anna Weiss, a virologist at Merrow University, in an email to AFP.",
        Says("This is false", "Anna Weiss", "person", ("medium:AFP",)),
    ),
    passage(
        "In a tweet on Tuesday, lawmaker Bo Hendry claimed the dead had voted.",
        Says("dead had voted", "Bo Hendry", "person", ("medium:Twitter",)),
    ),
    passage(
        "Bo Hendry said on Fox News that the machines were hacked.",
        Says("machines were hacked", "Bo Hendry", "person", ("medium:Fox News",)),
    ),
    passage(
        "“She never said it,” her daughter, Rita Moss, told PolitiFact.",
        Says("never said it", "Rita Moss", "person", ("medium:PolitiFact",)),
    ),
    passage(
        "A spokesperson for the county told Reuters Fact Check that the photo was edited.",
        Says("photo was edited", "spokesperson for the county", "unnamed", ("medium:Reuters",)),
    ),
    passage(
        "Mayor Ana Ruiz met Judge Ellen Carrow on Monday. Ruiz said the court was full. She said two judges had left.",
        Says("court was full", "Ana Ruiz", "person"),
        Says("two judges", "Ana Ruiz", "person"),
    ),
    passage(
        "The video shows Defense Minister Igor Salk at the front. In it, Salk says the town has fallen. The minister "
        "also claims that no one was hurt.",
        Says("town has fallen", "Igor Salk", "person"),
        Says("no one was hurt", "Igor Salk", "person"),
    ),
    passage(
        "Experts told AFP that the image was made by a machine. They said the hands gave it away.",
        Says("made by a machine", "Experts", "group", ("medium:AFP",)),
        Says("hands gave", "Experts", "group", ("medium:AFP",)),
    ),
    passage(
        "In a statement posted on its website, the election commission said no ballots were lost.",
        Says("no ballots", "election commission", "organization", ("medium:statement",)),
    ),
]

MORE_PASSAGES = [
    *FACT_CHECKS,
    passage(
        "Singer Dree Alcott has called off her tour, her publicist confirmed to Rolling Stone on Tuesday.",
        Says("called off", "her publicist", "unnamed", ("medium:Rolling Stone",)),
    ),
    passage(
        "Dree Alcott told fans she was sorry. “I am heartbroken,” the 28-year-old wrote on Instagram. “We tried everything.”",
        Says("am heartbroken", "Dree Alcott", "person", ("medium:Instagram",)),
        Says("tried everything", "Dree Alcott", "person", ("medium:Instagram",)),
    ),
    passage(
        "“They are still friends,” a source close to the pair told People on Monday.",
        Says("still friends", "source close to the pair", "unnamed", ("medium:People",)),
    ),
    passage(
        "Appearing on “The Daily Show” on Thursday, the actor Cole Brandt said he had quit drinking.",
        Says("quit drinking", "Cole Brandt", "person", ("medium:The Daily Show",)),
    ),
    passage(
        "Page Six reported that Brandt had moved out. His lawyer, Ida Frost, told the outlet that was untrue.",
        Says("moved out", "Page Six", "outlet"),
        Says("was untrue", "Ida Frost", "person", ("medium:Page Six",)),
    ),
    passage(
        "In a YouTube video, the comedian Pia Lund claimed that her manager had stolen $2 million.",
        Says("stolen $2 million", "Pia Lund", "person", ("medium:YouTube",)),
    ),
    passage(
        "“The glacier will be gone by 2050,” said Dr Lena Aas, a glaciologist at Merrow University who led the study. Aas "
        "said the team used satellite images.",
        Says("gone by 2050", "Lena Aas", "person"),
        Says("satellite images", "Lena Aas", "person"),
    ),
    passage(
        "Coffee does not raise blood pressure, according to a study published on Monday in the journal Heart Matters.",
        Says("raise blood pressure", "study", "group", ("medium:Heart Matters",)),
    ),
    passage(
        "The authors wrote in JAMA that the risk doubled after two weeks.",
        Says("risk doubled", "authors", "group", ("medium:JAMA",)),
    ),
    passage(
        "The European Space Agency said the probe had landed. ESA said the first pictures would arrive on Friday.",
        Says("had landed", "European Space Agency", "organization"),
        Says("first pictures", "European Space Agency", "organization"),
    ),
    passage(
        "“It is a huge step,” said Paul Okafor, a virologist who was not involved in the work. He told The Guardian that "
        "trials must follow.",
        Says("huge step", "Paul Okafor", "person", ("medium:Guardian",)),
        Says("trials must follow", "Paul Okafor", "person", ("medium:Guardian",)),
    ),
    passage(
        "Sundria's interior ministry said 12 people had been detained, Interfax reported.",
        Says("been detained", "Sundria's interior ministry", "organization", ("relay:Interfax",)),
    ),
    passage(
        "Four officers were killed, according to the regional governor, Timur Salko. Salko wrote on Telegram that the "
        "attackers had fled.",
        Says("officers were killed", "Timur Salko", "person", ("medium:Telegram",)),
        Says("had fled", "Timur Salko", "person", ("medium:Telegram",)),
    ),
    passage(
        "The army has crossed the river, AFP reported on Sunday, citing a military source.",
        Says("crossed the river", "military source", "unnamed", ("relay:AFP",)),
    ),
    passage(
        "State media reported that the plane had been shot down. The defence ministry denied that it had fired.",
        Says("been shot down", "State media", "outlet"),
        Says("it had fired", "defence ministry", "organization"),
    ),
    passage(
        "“We want peace,” Foreign Minister Nora Velde told Al Jazeera in an interview broadcast on Saturday. The minister "
        "said talks would resume in May.",
        Says("want peace", "Nora Velde", "person", ("medium:Al Jazeera",)),
        Says("talks would resume", "Nora Velde", "person", ("medium:Al Jazeera",)),
    ),
    passage(
        "A senior Sundrian diplomat, speaking on condition of anonymity, told Reuters that the deal was close.",
        Says("deal was close", "senior Sundrian diplomat", "unnamed", ("medium:Reuters",)),
    ),
    passage(
        "Opposition leader Marta Quist accused the government of rigging the vote. Quist, who lost by 2 points, said she "
        "would go to court.",
        Says("rigging the vote", "Marta Quist", "person"),
        Says("go to court", "Marta Quist", "person"),
    ),
    passage(
        "TALLINN (Reuters) - Velmark's central bank raised rates on Thursday. Governor Ole Strand said inflation was too high.",
        Says("inflation was too high", "Ole Strand", "person", ("relay:Reuters",)),
    ),
    passage(
        "In emails seen by the Financial Times, the bank's chairman, Hugo Lind, warned that losses would grow.",
        Says("losses would grow", "Hugo Lind", "person", ("medium:email", "relay:Financial Times")),
    ),
    passage(
        "The leaked report, first published by Der Spiegel, said the engine had failed twice.",
        Says("failed twice", "leaked report", "group", ("relay:Der Spiegel",)),
    ),
    passage(
        "Speaking at a press conference in Merrow, Police Commissioner Dana Reiss said the suspect was known.",
        Says("suspect was known", "Dana Reiss", "person", ("medium:press conference",)),
    ),
    passage(
        "Prosecutors allege that Lind hid $4 million. His attorneys say the money was a loan.",
        Says("hid $4 million", "Prosecutors", "group"),
        Says("was a loan", "His attorneys", "group"),
    ),
    passage(
        "Eyewitness Carl Moe told the Merrow Herald that the bus did not brake. He added that the road was wet.",
        Says("did not brake", "Carl Moe", "person", ("medium:Merrow Herald",)),
        Says("road was wet", "Carl Moe", "person", ("medium:Merrow Herald",)),
    ),
    passage(
        "The airline said in a statement on Monday that no one was hurt. “We are sorry,” it said.",
        Says("no one was hurt", "airline", "organization", ("medium:statement",)),
        Says("We are sorry", "airline", "organization", ("medium:statement",)),
    ),
    passage(
        "Norvik Foods chief executive Tove Ek resigned. In a memo to staff obtained by CNBC, Ek said it was time to go.",
        Says("time to go", "Tove Ek", "person", ("medium:memo", "relay:CNBC")),
    ),
    passage(
        "More than half of voters oppose the plan, a poll by Gallenby Research for the Sunday Times found.",
        Says("oppose the plan", "Gallenby Research", "organization"),
    ),
    passage(
        "“This claim is misleading,” Tove Ek, a professor of law, told Full Fact.",
        Says("is misleading", "Tove Ek", "person", ("medium:Full Fact",)),
    ),
    passage(
        "Rep. Lou Hanley (R-Texas) said on CNN's “State of the Union” that the bill had died.",
        Says("bill had died", "Lou Hanley", "person", ("medium:CNN",)),
    ),
    passage(
        "President Ines Carro met Prime Minister Karl Boe on Friday. She said the border would open. Boe told reporters he "
        "was glad.",
        Says("border would open", "Ines Carro", "person"),
        Says("was glad", "Karl Boe", "person"),
    ),
    passage(
        "Two sources familiar with the matter told The Wall Street Journal that the merger was off.",
        Says(
            "merger was off",
            "Two sources familiar with the matter",
            "unnamed",
            ("medium:The Wall Street Journal",),
        ),
    ),
    passage(
        "Human Rights Monitor said 40 people had died. The organization said it had spoken to witnesses.",
        Says("had died", "Human Rights Monitor", "organization"),
        Says("spoken to witnesses", "Human Rights Monitor", "organization"),
    ),
    passage(
        "“He was not armed,” the victim's sister, Ada Brun, told ABC News.",
        Says("not armed", "Ada Brun", "person", ("medium:ABC News",)),
    ),
    passage(
        "Iran's Supreme Leader said the talks were over, state TV reported.",
        Says("talks were over", "Iran's Supreme Leader", "unnamed", ("relay:state TV",)),
    ),
    passage(
        "The deal was signed in March, Kommersant reported, citing three people close to the company.",
        Says("signed in March", "three people close to the company", "unnamed", ("relay:Kommersant",)),
    ),
]

# Written when a reading of the project's own texts had shown these causes.
MORE_PASSAGES += [
    passage(
        "The canal will not be sold, Finance Minister Orla Venn said in an interview with the weekly Fjordblad.",
        Says("not be sold", "Orla Venn", "person", ("medium:Fjordblad",)),
    ),
    passage(
        "Orla Venn told Kanal 4 that the canal was safe.",
        Says("canal was safe", "Orla Venn", "person", ("medium:Kanal 4",)),
    ),
    passage(
        "In an email to staff, chief executive Bram Oduya said no jobs would be lost.",
        Says("no jobs would be lost", "Bram Oduya", "person", ("medium:email to staff",)),
    ),
    passage(
        "Cllr Mina Sorby said the vote had been fair.",
        Says("vote had been fair", "Mina Sorby", "person"),
    ),
    passage(
        "The jockey Dario Quell has left the stable. Dario, 37, who rode for ten years, told Glint magazine that he was tired.",
        Says("he was tired", "Dario Quell", "person", ("medium:Glint magazine",)),
    ),
    passage(
        "Ostlund Water has closed two wells. The company said the wells were nearly dry.",
        Says("wells were nearly dry", "Ostlund Water", "organization"),
    ),
    passage(
        "The Northern Fire Inspectorate opened a case in May. The inspectorate said the doors had been locked.",
        Says("doors had been locked", "Northern Fire Inspectorate", "organization"),
    ),
    passage(
        "“That is absurd,” Finance Minister Orla Venn answered when the presenter put it to her that homes were cold. "
        "She said the heating had never failed.",
        Says("homes were cold", "presenter", "unnamed"),
        Says("never failed", "Orla Venn", "person"),
    ),
    passage(
        "The union says output dips in March. The dispute began in 1974, when Ostra claimed the northern quay.",
        Says("output dips", "union", "organization"),
    ),
]
