"""Short news passages of our own writing, and whose each attributed statement in them is and how it came.

People, places and papers are invented; well-known outlets stand where knowing them is the point.
"""

from typing import NamedTuple


class Says(NamedTuple):
    """An attributed claim, found by words of its content; hops as "medium:CNN", the publisher left out."""

    words: str
    speaker: str
    kind: str
    hops: tuple[str, ...] = ()


class Passage(NamedTuple):
    text: str
    claims: tuple[Says, ...]


def passage(text: str, *claims: Says) -> Passage:
    return Passage(text, claims)


CELEBRITIES = [
    passage(
        "Nadia Corvell and Jude Ashby have split after nine years of marriage, a source tells Us Weekly.\n\n"
        "“They grew apart last year,” the insider says.",
        Says("have split", "source", "unnamed", ("medium:Us Weekly",)),
        Says("grew apart", "source", "unnamed", ("medium:Us Weekly",)),
    ),
    passage(
        "Per TMZ, the singer Lola Brandeis filed for divorce on Friday.",
        Says("filed for divorce", "TMZ", "outlet"),
    ),
    passage(
        "Jude Ashby has broken his silence.\n\n“I never asked for any of this,” Ashby wrote in the caption of an "
        "Instagram post on Sunday.",
        Says("never asked", "Jude Ashby", "person", ("medium:Instagram",)),
    ),
    passage(
        "Corvell's rep confirmed to People magazine that she is expecting her second child.",
        Says("expecting her second", "Corvell's rep", "unnamed", ("medium:People magazine",)),
    ),
    passage(
        "“It was the worst day of my life,” the actress Mira Tolland said on the podcast Late Lantern.",
        Says("worst day", "Mira Tolland", "person", ("medium:Late Lantern",)),
    ),
    passage(
        "The couple welcomed twins on Monday, E! News reported.", Says("welcomed twins", "E! News", "outlet")
    ),
    passage(
        "Mira Tolland told host Bree Vanden on the “Night Shift” podcast that she had turned down the role.",
        Says("turned down", "Mira Tolland", "person", ("medium:Night Shift",)),
    ),
    passage(
        "Lola Brandeis and Milo Grant are engaged. “We are so happy,” the pair told People in a joint statement.",
        Says("so happy", "pair", "group", ("medium:People",)),
    ),
    passage(
        "“She broke the set,” comedian Ned Farrow said on The Late Hour on Tuesday.",
        Says("broke the set", "Ned Farrow", "person", ("medium:The Late Hour",)),
    ),
    passage(
        "Brandeis was hospitalized on Friday, as first reported by Deadline.",
        Says("was hospitalized", "Deadline", "outlet"),
    ),
    passage(
        "Lola Brandeis is going to court. In a lawsuit filed Monday in Los Angeles, Brandeis accuses her label, "
        "Moonfall Records, of withholding royalties.",
        Says("withholding royalties", "Lola Brandeis", "person", ("medium:lawsuit",)),
    ),
    passage(
        "A representative for Moonfall Records said in an email to The Hollywood Reporter that the claims were false.",
        Says(
            "claims were false",
            "representative for Moonfall Records",
            "unnamed",
            ("medium:Hollywood Reporter",),
        ),
    ),
    passage(
        "“I am done with touring,” Brandeis, 31, told Vogue in its June cover story. The Merrow-born singer added that "
        "she had bought a farm.",
        Says("done with touring", "Brandeis", "person", ("medium:Vogue",)),
        Says("bought a farm", "Brandeis", "person", ("medium:Vogue",)),
    ),
    passage(
        "“They were never engaged,” a rep for the couple told Page Six on Thursday.",
        Says("never engaged", "rep for the couple", "unnamed", ("medium:Page Six",)),
    ),
    passage(
        "Milo Grant took to Instagram on Friday to say that he was leaving the band.",
        Says("leaving the band", "Milo Grant", "person", ("medium:Instagram",)),
    ),
    passage(
        "In a video posted to TikTok, Mira Tolland said she had not spoken to her sister in years.",
        Says("not spoken", "Mira Tolland", "person", ("medium:TikTok",)),
    ),
    passage(
        "Tolland and Farrow were married in secret, a source close to the actress tells Entertainment Tonight.",
        Says(
            "married in secret", "source close to the actress", "unnamed", ("medium:Entertainment Tonight",)
        ),
    ),
]

SCIENCE = [
    passage(
        "People who nap live longer, a new study suggests.\n\n“We followed 4,000 people for ten years,” said lead "
        "author Ines Haldane, an epidemiologist at the University of Merrow.",
        Says("nap live longer", "study", "group"),
        Says("followed 4,000", "Ines Haldane", "person"),
    ),
    passage(
        "The study, published in the journal Sleep Letters, found that nappers lived two years longer.",
        Says("nappers lived", "study", "group", ("medium:Sleep Letters",)),
    ),
    passage(
        "The findings, published Monday in Nature, show that the reef has lost half its coral.",
        Says("lost half", "findings", "group", ("medium:Nature",)),
    ),
    passage(
        "“The signal is real,” Ines Haldane, who was not involved in the study, told New Scientist.",
        Says("signal is real", "Ines Haldane", "person", ("medium:New Scientist",)),
    ),
    passage(
        "Writing in the journal Cell, the researchers say the protein blocks the virus.",
        Says("blocks the virus", "researchers", "group", ("medium:Cell",)),
    ),
    passage(
        "The researchers reported in The Lancet that the drug cut deaths by a third.",
        Says("cut deaths", "researchers", "group", ("medium:Lancet",)),
    ),
    passage(
        "Astronomers at the Orsa Observatory said the comet would return in 2061.",
        Says("comet would return", "Astronomers at the Orsa Observatory", "group"),
    ),
    passage(
        "NASA said in a blog post that the probe had stopped responding.",
        Says("stopped responding", "NASA", "organization", ("medium:blog post",)),
    ),
    passage(
        "Joan Pell of Merrow University led the work. “We were stunned,” Dr. Pell said by email.",
        Says("were stunned", "Joan Pell", "person", ("medium:email",)),
    ),
    passage(
        "“The ice is thinner than we thought,” said Haakon Lysne, a co-author and glaciologist at the Polar Institute. "
        "He said the shelf lost 40 metres in a decade.",
        Says("thinner than", "Haakon Lysne", "person"),
        Says("lost 40 metres", "Haakon Lysne", "person"),
    ),
    passage(
        "The World Health Organization (WHO) says the pills are safe. “There is no evidence of harm,” the WHO said.",
        Says("pills are safe", "World Health Organization", "organization"),
        Says("no evidence", "World Health Organization", "organization"),
    ),
    passage(
        "The Centers for Disease Control and Prevention says flu peaks in February. The CDC said last year's shot "
        "halved the risk.",
        Says("flu peaks", "Centers for Disease Control and Prevention", "organization"),
        Says("halved the risk", "Centers for Disease Control and Prevention", "organization"),
    ),
    passage(
        "Dogs can smell the disease, according to research presented at a conference in Merrow on Friday.",
        Says("can smell", "research presented at a conference in Merrow", "group"),
    ),
    passage(
        "Lead researcher Prof Emil Strand told BBC News the vaccine worked in mice. Prof Strand said trials would start "
        "in May.",
        Says("worked in mice", "Emil Strand", "person", ("medium:BBC News",)),
        Says("would start", "Emil Strand", "person", ("medium:BBC News",)),
    ),
    passage(
        "Scientists say the whales have returned. “It is a miracle,” marine biologist Ulla Krog told the Guardian. "
        "The biologist said 40 calves were counted.",
        Says("whales have returned", "Scientists", "group"),
        Says("is a miracle", "Ulla Krog", "person", ("medium:Guardian",)),
        Says("40 calves", "Ulla Krog", "person", ("medium:Guardian",)),
    ),
]

POLITICS = [
    passage(
        "The Sundrian Foreign Ministry said on Tuesday the envoy had been expelled. “He broke our laws,” ministry "
        "spokeswoman Vera Dolin told a briefing.",
        Says("had been expelled", "Sundrian Foreign Ministry", "organization"),
        Says("broke our laws", "Vera Dolin", "person", ("medium:briefing",)),
    ),
    passage(
        "Velmark will not pay, Finance Minister Olaf Brask told state broadcaster VTK on Sunday.",
        Says("will not pay", "Olaf Brask", "person", ("medium:VTK",)),
    ),
    passage(
        "President Rolf Stane told CBS's “Face the Nation” in an interview aired Sunday that the tariffs would stay.",
        Says("tariffs would stay", "Rolf Stane", "person", ("medium:CBS",)),
    ),
    passage(
        "A leaked memo obtained by Politico says the agency ignored three warnings.",
        Says("ignored three", "leaked memo", "unnamed", ("relay:Politico",)),
    ),
    passage(
        "In a letter to Congress on Monday, Attorney General Paula Reyes said the inquiry was closed.",
        Says("inquiry was closed", "Paula Reyes", "person", ("medium:letter",)),
    ),
    passage(
        "Rolf Stane posted on Truth Social that the deal was “dead.”",
        Says("deal was", "Rolf Stane", "person", ("medium:Truth Social",)),
    ),
    passage(
        "“They will pay,” Rolf Stane wrote on X.",
        Says("They will pay", "Rolf Stane", "person", ("medium:X",)),
    ),
    passage(
        "Governor Ilya Morsk said on his Telegram channel that two drones were shot down.",
        Says("two drones", "Ilya Morsk", "person", ("medium:Telegram",)),
    ),
    passage(
        "“The dam is safe,” Morsk said in remarks carried by state news agency SNA.",
        Says("dam is safe", "Morsk", "person", ("relay:SNA",)),
    ),
    passage(
        "Two people briefed on the talks told Bloomberg the offer was rejected.",
        Says("offer was rejected", "Two people briefed on the talks", "unnamed", ("medium:Bloomberg",)),
    ),
    passage(
        "Officials briefed on the plan, who spoke on condition of anonymity, said the base would close.",
        Says("base would close", "Officials briefed on the plan", "group"),
    ),
    passage(
        "According to a senior administration official, the strike killed four people.",
        Says("strike killed", "senior administration official", "unnamed"),
    ),
    passage(
        "The White House said Rolf Stane had not seen the report.",
        Says("had not seen", "White House", "organization"),
    ),
    passage(
        "“This is a witch hunt,” a spokesman for the president said in a statement to The Associated Press.",
        Says("witch hunt", "spokesman for the president", "unnamed", ("medium:The Associated Press",)),
    ),
    passage(
        "The BBC quoted the minister, Dana Holt, as saying the port would reopen.",
        Says("port would reopen", "Dana Holt", "person", ("relay:BBC",)),
    ),
    passage(
        "Transport minister Dana Holt was quoted by Xinhua as saying the port would reopen.",
        Says("port would reopen", "Dana Holt", "person", ("relay:Xinhua",)),
    ),
    passage(
        "In an op-ed in the Washington Post, Senator Grace Ullman argued that the treaty was dead.",
        Says("treaty was dead", "Grace Ullman", "person", ("medium:Washington Post",)),
    ),
    passage("Ullman's office said she would vote no.", Says("vote no", "Ullman's office", "organization")),
    passage(
        "Chancellor Ilse Marn rejected the claim as a lie in remarks broadcast on state television.",
        Says("claim as a lie", "Ilse Marn", "person", ("medium:state television",)),
    ),
    passage(
        "U.N. Secretary-General Arne Holm told the Security Council that famine was near.",
        Says("famine was near", "Arne Holm", "person"),
    ),
    passage(
        "Rep. Bo Hendry, R-Ohio, told CNN’s Jake Marlow that the bill was dead.",
        Says("bill was dead", "Bo Hendry", "person", ("medium:CNN",)),
    ),
    passage(
        "President Olof Brandt of Velmark arrived on Monday. The Velmark leader said the talks would fail.",
        Says("talks would fail", "Olof Brandt", "person"),
    ),
    passage("Tehran denied supplying the drones.", Says("supplying the drones", "Tehran", "organization")),
    passage(
        "Senators Grace Ullman and Bo Hendry said in a joint statement that the bill had no chance.",
        Says("no chance", "Grace Ullman and Bo Hendry", "group", ("medium:joint statement",)),
    ),
    passage(
        "“We have the votes,” House Speaker Carl Dunne said Wednesday on Fox News. Dunne said the vote would be held "
        "on Friday. His deputy, Ann Leary, said it would be close.",
        Says("have the votes", "Carl Dunne", "person", ("medium:Fox News",)),
        Says("would be held", "Carl Dunne", "person", ("medium:Fox News",)),
        Says("would be close", "Ann Leary", "person"),
    ),
    passage(
        "Defense Secretary Hal Moreno said in testimony before the Senate that the jets were late.",
        Says("jets were late", "Hal Moreno", "person", ("medium:testimony",)),
    ),
    passage(
        "Activist group Clean Water Now said the river was toxic. The group said children had fallen ill.",
        Says("river was toxic", "Clean Water Now", "organization"),
        Says("fallen ill", "Clean Water Now", "organization"),
    ),
    passage(
        "The Mercury Files published the list in 2016. Mercury Files founder Jonas Kirk denies that it was stolen. The "
        "Mercury Files founder said a friend had sent it.",
        Says("it was stolen", "Jonas Kirk", "person"),
        Says("friend had sent", "Jonas Kirk", "person"),
    ),
]

AGENCIES = [
    passage(
        "“No decision has been made,” Kremlin spokesman Dmitry Peskov told reporters, according to Interfax.",
        Says("No decision", "Dmitry Peskov", "person", ("relay:Interfax",)),
    ),
    passage(
        "The convoy reached the border on Monday, TASS reported, citing the regional governor.",
        Says("reached the border", "regional governor", "unnamed", ("relay:TASS",)),
    ),
    passage(
        "Reuters reported that the bank would cut 400 jobs, citing two people familiar with the plan.",
        Says("cut 400 jobs", "two people familiar with the plan", "unnamed", ("relay:Reuters",)),
    ),
    passage(
        "The plant was shelled overnight, RIA Novosti reported, quoting a local official.",
        Says("shelled overnight", "local official", "unnamed", ("relay:RIA Novosti",)),
    ),
    passage(
        "Sundria has moved tanks to the border, Ukrinform reports with reference to the General Staff.",
        Says("moved tanks", "General Staff", "organization", ("relay:Ukrinform",)),
    ),
    passage(
        "Sundria will lift the ban in May, Deputy Prime Minister Anton Reth said, TASS reported.",
        Says("lift the ban", "Anton Reth", "person", ("relay:TASS",)),
    ),
    passage(
        "MERROW, May 3 (Reuters) - Sundria's president, Pavo Reth, said the ban would end, Interfax news agency reported.",
        Says("ban would end", "Pavo Reth", "person", ("relay:Interfax", "relay:Reuters")),
    ),
    passage(
        "MOSCOW, March 4. /TASS/. Sundrian troops left the town, the Defense Ministry said.",
        Says("troops left", "Defense Ministry", "organization", ("relay:TASS",)),
    ),
    passage(
        "MERROW (AP) — The ferry sank in 1974. “It was overloaded,” harbor master Tom Keel said.",
        Says("was overloaded", "Tom Keel", "person", ("relay:AP",)),
    ),
    passage(
        "PARIS [AFP] - The museum will reopen, director Claire Aubry said.",
        Says("museum will reopen", "Claire Aubry", "person", ("relay:AFP",)),
    ),
    passage(
        "“The talks go on,” Pavo Reth said, as cited by RIA Novosti.",
        Says("talks go on", "Pavo Reth", "person", ("relay:RIA Novosti",)),
    ),
    passage(
        "Trend reports citing TASS that Sundria has opened the dam.",
        Says("opened the dam", "TASS", "outlet", ("relay:Trend",)),
    ),
    passage("The dam was opened, according to Interfax.", Says("dam was opened", "Interfax", "outlet")),
    passage(
        "The dam was opened, the head of the region, Pavel Orlin, said, according to Interfax.",
        Says("dam was opened", "Pavel Orlin", "person", ("relay:Interfax",)),
    ),
    passage(
        "“The harvest failed,” Pavel Orlin told the Izvestia newspaper, whose report was picked up by Reuters.",
        Says("harvest failed", "Pavel Orlin", "person", ("medium:Izvestia", "relay:Reuters")),
    ),
    passage(
        "Sundria shut the pipeline on Friday, the operator said, as reported by Bloomberg.",
        Says("shut the pipeline", "operator", "organization", ("relay:Bloomberg",)),
    ),
    passage(
        "“We will not yield,” Reth told Sundrian state TV, Reuters reported.",
        Says("not yield", "Reth", "person", ("medium:Sundrian state TV", "relay:Reuters")),
    ),
    passage(
        "Kyodo News reported Tuesday, citing government sources, that the summit had been put off.",
        Says("put off", "government sources", "group", ("relay:Kyodo News",)),
    ),
    passage(
        "The minister resigned on Monday, the Interfax-Ukraine news agency reported.",
        Says("resigned on Monday", "Interfax-Ukraine", "outlet"),
    ),
    passage(
        "Iran's Tasnim news agency said the ship was seized at dawn. Iranian state TV said the crew was safe.",
        Says("ship was seized", "Tasnim", "outlet"),
        Says("crew was safe", "Iranian state TV", "outlet"),
    ),
]

COURTS_AND_COMPANIES = [
    passage(
        "Prosecutors filed a complaint on Monday. The complaint alleges that Orlin took bribes.",
        Says("took bribes", "Prosecutors", "group", ("medium:complaint",)),
    ),
    passage(
        "Carla Dent was sentenced on Friday. Her lawyer, Sam Ostrey, said she would appeal.",
        Says("would appeal", "Sam Ostrey", "person"),
    ),
    passage(
        "Judge Ellen Carrow wrote in her ruling that the ban was unlawful.",
        Says("ban was unlawful", "Ellen Carrow", "person", ("medium:ruling",)),
    ),
    passage(
        "Police said in a statement that a man, 34, was arrested.",
        Says("was arrested", "Police", "organization", ("medium:statement",)),
    ),
    passage(
        "Merrow Police Chief Dale Urban said the driver fled. “He was drunk,” Urban said at a news conference.",
        Says("driver fled", "Dale Urban", "person", ("medium:news conference",)),
        Says("was drunk", "Dale Urban", "person", ("medium:news conference",)),
    ),
    passage(
        "Federal prosecutors charged Pavel Orlin with fraud on Monday. According to the indictment, he wired $2 million "
        "abroad.",
        Says("wired $2 million", "Federal prosecutors", "group", ("medium:indictment",)),
    ),
    passage(
        "Court documents obtained by Variety show the pair separated in March.",
        Says("pair separated", "Court documents", "unnamed", ("relay:Variety",)),
    ),
    passage(
        "A Quinnell University poll found that 54 percent of voters back the mayor.",
        Says("54 percent", "Quinnell University poll", "group"),
    ),
    passage(
        "Ostrander Motors said in a filing with the SEC that it had lost $40 million. The carmaker said it would appeal.",
        Says("lost $40 million", "Ostrander Motors", "organization", ("medium:filing",)),
        Says("would appeal", "Ostrander Motors", "organization", ("medium:filing",)),
    ),
    passage(
        "Ostrander chief executive Lena Voigt told analysts on a conference call that orders fell.",
        Says("orders fell", "Lena Voigt", "person", ("medium:conference call",)),
    ),
    passage(
        "“Demand is weak,” the company's finance chief, Marc Till, told the Financial Times.",
        Says("Demand is weak", "Marc Till", "person", ("medium:Financial Times",)),
    ),
    passage(
        "Ostrander shares fell after Bloomberg reported the company was seeking a buyer.",
        Says("seeking a buyer", "Bloomberg", "outlet"),
    ),
    passage(
        "Norlin Bank, citing its own survey, said rents rose.",
        Says("rents rose", "Norlin Bank", "organization"),
    ),
    passage(
        "“We regret the error,” a Norlin spokesperson said via email.",
        Says("regret the error", "Norlin spokesperson", "unnamed", ("medium:email",)),
    ),
    passage("“I was there,” Tom Keel told me.", Says("I was there", "Tom Keel", "person")),
    passage(
        "“We lost everything,” Tom Keel told NBC affiliate WKRT.",
        Says("lost everything", "Tom Keel", "person", ("medium:WKRT",)),
    ),
    passage(
        "Keel told WKRT-TV the fire spread within minutes.",
        Says("fire spread", "Keel", "person", ("medium:WKRT-TV",)),
    ),
    passage(
        "The union, which represents 4,000 dockers, said the offer was an insult. It said a strike would start on Monday.",
        Says("an insult", "union", "organization"),
        Says("strike would start", "union", "organization"),
    ),
    passage(
        "Some residents said the alarm never rang. Others said it rang too late.",
        Says("never rang", "Some residents", "group"),
        Says("too late", "Others", "group"),
    ),
    passage(
        "Carla Dent's mother, Rita Moss, said the family was tired. Ms. Moss said her daughter had slept in a car.",
        Says("family was tired", "Rita Moss", "person"),
        Says("slept in a car", "Rita Moss", "person"),
    ),
]

PASSAGES = [*CELEBRITIES, *SCIENCE, *POLITICS, *AGENCIES, *COURTS_AND_COMPANIES]

# Statements not found or not understood yet, by their words.
LIMITS = frozenset(
    {
        "fire spread",
        "dam is safe",
        "not yield",
        "can smell",
        "been shot down",
    }
)
