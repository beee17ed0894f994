"""Pages that stand in the article's place, in the manner of those who make such pages; and articles that only look like it."""

import pytest

from articles.parsing import ParsingError, parse

from .pages import PARAGRAPHS, page

LONG = [f"{PARAGRAPHS[number % 5]} Note {number}." for number in range(8)]


def _page(
    *paragraphs: str,
    head: str = "<title>Port of Velmora reopens</title>",
    before: str = "<h1>Port of Velmora reopens</h1>",
) -> str:
    return page(list(paragraphs), head=head, before=before)


# What it is: (the code it fails with, or "ok"; the page)
PAGES = {
    # --- bot checks
    "bot: interstitial": (
        "bot_check",
        "<html><head><title>Just a moment...</title></head><body><h1>velmora-courier.example</h1><p>Verifying you are human. This may take a few seconds.</p><p>velmora-courier.example needs to review the security of your connection before proceeding.</p><p>Ray ID: 8a1b2c</p></body></html>",
    ),
    "bot: noscript only": (
        "bot_check",
        "<html><head><title>velmora-courier.example</title></head><body><p>Please enable JS and disable any ad blocker</p></body></html>",
    ),
    "bot: press and hold": (
        "bot_check",
        "<html><head><title>Access to this page has been denied</title></head><body><h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1><p>Reference ID 123</p></body></html>",
    ),
    "bot: pardon": (
        "bot_check",
        "<html><head><title>Pardon Our Interruption</title></head><body><h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser made us think you were a bot. There are a few reasons this might happen:</p><ul><li>You're a power user moving through this website with super-human speed.</li><li>You've disabled cookies in your web browser.</li><li>A third-party browser plugin is preventing JavaScript from running.</li></ul><p>To regain access, please make sure that cookies and JavaScript are enabled before reloading the page.</p></body></html>",
    ),
    "bot: access denied": (
        "access_denied",
        '<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1><p>You don\'t have permission to access "http://velmora-courier.example/news" on this server.</p><p>Reference #18.2d351ab8</p></body></html>',
    ),
    "bot: 403 as 200": (
        "access_denied",
        "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1><p>Your request was blocked by the web application firewall. Contact the site owner with this incident number.</p></body></html>",
    ),
    "bot: request unsuccessful": (
        "access_denied",
        "<html><head><title></title></head><body><iframe>Request unsuccessful. Incident ID: 123-456</iframe></body></html>",
    ),
    "bot: captcha de": (
        "bot_check",
        "<html><head><title>Sicherheitsabfrage</title></head><body><h1>Sind Sie ein Mensch?</h1><p>Bitte bestätigen Sie, dass Sie kein Roboter sind, um fortzufahren.</p></body></html>",
    ),
    "bot: fr": (
        "bot_check",
        "<html><head><title>Vérification</title></head><body><p>Veuillez confirmer que vous n'êtes pas un robot pour continuer votre navigation sur ce site.</p></body></html>",
    ),
    "bot: es": (
        "bot_check",
        "<html><head><title>Un momento</title></head><body><p>Comprobando que eres humano. Esta operación puede tardar unos segundos. No soy un robot.</p></body></html>",
    ),
    "bot: js needed": (
        "no_article_text",
        "<html><head><title>Port</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div></body></html>",
    ),
    "bot: automated": (
        "bot_check",
        "<html><head><title>Are you a robot?</title></head><body><h2>We've detected unusual activity from your computer network</h2><p>To continue, please click the box below to let us know you're not a robot.</p><p>Why did this happen? Please make sure your browser supports JavaScript and cookies and that you are not blocking them from loading. For more information you can review our Terms of Service and Cookie Policy.</p></body></html>",
    ),
    "bot: geo": (
        "access_denied",
        "<html><head><title>Unavailable</title></head><body><h1>451: Unavailable due to legal reasons</h1><p>We recognize you are attempting to access this website from a country belonging to the European Economic Area (EEA) including the EU which enforces the General Data Protection Regulation (GDPR) and therefore access cannot be granted at this time.</p></body></html>",
    ),
    # --- consent
    "consent: manage": (
        "consent_page",
        "<html><head><title>Velmora Courier</title></head><body><h1>We and our 842 partners value your privacy</h1><p>We and our partners store and/or access information on a device, such as cookies and process personal data, such as unique identifiers and standard information sent by a device for personalised advertising and content.</p><p>With your permission we and our partners may use precise geolocation data. You may click to consent to our and our 842 partners' processing as described above.</p><button>MORE OPTIONS</button><button>AGREE</button></body></html>",
    ),
    "consent: family of brands": (
        "consent_page",
        "<html><head><title>Your privacy choices</title></head><body><h1>Velmora is part of the Courier family of brands</h1><p>When you use our sites and apps, we use cookies to: provide our sites and apps to you; authenticate users, apply security measures, and prevent spam and abuse; and measure your use of our sites and apps.</p><p>If you click 'Accept all', we and our partners will also store and/or access information on a device and use precise geolocation data.</p></body></html>",
    ),
    "consent: pur de": (
        "consent_page",
        "<html><head><title>Velmora Kurier</title></head><body><h1>Weiterlesen mit Werbung</h1><p>Besuchen Sie unsere Seiten wie gewohnt mit Werbung und Tracking. Details zum Tracking finden Sie in der Datenschutzerklärung und im Privacy Center.</p><p>Alternativ: Nutzen Sie unser Angebot ohne Werbetracking mit dem PUR-Abo für 4,99 Euro im Monat.</p><button>Akzeptieren und weiter</button></body></html>",
    ),
    "consent: fr": (
        "consent_page",
        "<html><head><title>Le Courrier</title></head><body><h2>Le respect de votre vie privée est notre priorité</h2><p>Avec nos 120 partenaires, nous utilisons des cookies et autres traceurs pour stocker et accéder à des informations personnelles.</p><p>Vous pouvez accepter ou continuer sans accepter.</p></body></html>",
    ),
    "consent: it": (
        "consent_page",
        "<html><head><title>Il Corriere di Velmora</title></head><body><h2>Continua senza accettare</h2><p>Noi e i nostri fornitori archiviamo informazioni quali cookie su un dispositivo e trattiamo dati personali per annunci personalizzati.</p><p>Puoi acconsentire o abbonarti per leggere senza pubblicità.</p></body></html>",
    ),
    "consent: nl": (
        "consent_page",
        "<html><head><title>Privacy</title></head><body><h1>Wij en onze partners gebruiken cookies</h1><p>Met jouw toestemming gebruiken wij en onze partners cookies of vergelijkbare technologieën om persoonsgegevens op te slaan.</p><button>Alles accepteren</button></body></html>",
    ),
    "consent: pl": (
        "consent_page",
        "<html><head><title>Kurier</title></head><body><h1>Dbamy o Twoją prywatność</h1><p>My i nasi partnerzy przechowujemy informacje na urządzeniu, takie jak pliki cookie, i przetwarzamy dane osobowe.</p><button>Przejdź do serwisu</button></body></html>",
    ),
    # --- paywalls
    "pay: metered": (
        "paywall",
        _page(
            PARAGRAPHS[0],
            "You have read your last free article this month.",
            "Unlimited access from 1 crown a week.",
        ),
    ),
    "pay: limit": (
        "paywall",
        _page(
            PARAGRAPHS[0],
            PARAGRAPHS[1],
            "You've reached your limit of free articles. Subscribe now for unlimited access.",
        ),
    ),
    "pay: preview": (
        "paywall",
        _page(PARAGRAPHS[0], PARAGRAPHS[1], "This is a preview of subscriber content. Get full access."),
    ),
    "pay: want to read": (
        "paywall",
        _page(
            PARAGRAPHS[0], "Want to read the rest of this story?", "Become a member from 5 crowns a month."
        ),
    ),
    "pay: remaining": (
        "paywall",
        _page(
            PARAGRAPHS[0],
            PARAGRAPHS[1],
            "The rest of this article is for subscribers only.",
            "Choose your plan",
        ),
    ),
    "pay: register wall": (
        "paywall",
        _page(PARAGRAPHS[0], "Register for free to continue reading.", "It only takes a minute."),
    ),
    "pay: de": (
        "paywall",
        _page(
            PARAGRAPHS[0],
            "Weiterlesen mit Kurier Plus",
            "Jetzt Abo abschließen und alle Artikel lesen. Sie haben bereits ein Abo? Hier anmelden.",
        ),
    ),
    "pay: fr": (
        "paywall",
        _page(PARAGRAPHS[0], "Il vous reste 78% de cet article à lire. La suite est réservée aux abonnés."),
    ),
    "pay: es": (
        "paywall",
        _page(PARAGRAPHS[0], "Suscríbete para seguir leyendo", "Contenido exclusivo para suscriptores"),
    ),
    "pay: it": (
        "paywall",
        _page(PARAGRAPHS[0], "Contenuto riservato agli abbonati. Abbonati per continuare a leggere."),
    ),
    "pay: nl": (
        "paywall",
        _page(PARAGRAPHS[0], "Verder lezen? Word abonnee en lees onbeperkt. Al abonnee? Log in."),
    ),
    "pay: ru": (
        "paywall",
        _page(PARAGRAPHS[0], "Чтобы читать дальше, оформите подписку. Материал доступен только подписчикам."),
    ),
    "pay: pt": (
        "paywall",
        _page(PARAGRAPHS[0], "Conteúdo exclusivo para assinantes. Assine para continuar lendo."),
    ),
    "pay: sv": (
        "paywall",
        _page(PARAGRAPHS[0], "Den här artikeln är för prenumeranter. Logga in för att läsa vidare."),
    ),
    "pay: jsonld parts": (
        "paywall",
        _page(
            PARAGRAPHS[0],
            PARAGRAPHS[1],
            head='<title>Port</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"Port","isAccessibleForFree":false,"hasPart":{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".paywall"}}</script>',
        ),
    ),
    "pay: jsonld in part only": (
        "paywall",
        _page(
            PARAGRAPHS[0],
            PARAGRAPHS[1],
            head='<title>Port</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"Port","hasPart":[{"@type":"WebPageElement","isAccessibleForFree":"False","cssSelector":".paywall"}]}</script>',
        ),
    ),
    "pay: meta tier": (
        "paywall",
        _page(
            PARAGRAPHS[0],
            PARAGRAPHS[1],
            head='<title>Port</title><meta property="article:content_tier" content="locked">',
        ),
    ),
    "pay: long teaser": ("paywall", _page(*LONG[:5], "To continue reading this article, subscribe now.")),
    "pay: long teaser 2": (
        "paywall",
        _page(*LONG, "Subscribe to continue reading", "Already a subscriber? Sign in"),
    ),
    # --- real articles
    "ok: locked but whole": (
        "ok",
        _page(*LONG, head='<title>Port</title><meta property="article:content_tier" content="metered">'),
    ),
    "ok: about cookies": (
        "ok",
        _page(
            "The Velmora data authority fined the Courier for its cookie wall, saying that its readers could not refuse. We use cookies to show advertising, the banner had said, and there was only one button: accept all cookies.",
            *PARAGRAPHS[1:],
        ),
    ),
    "ok: about subs": (
        "ok",
        _page(
            "The Courier will ask its readers to subscribe to continue reading from January, its editor said on Monday. Already a subscriber? Then nothing changes, she added.",
            *PARAGRAPHS,
        ),
    ),
    "ok: about bots": (
        "ok",
        _page(
            "Researchers at Velmora University asked 400 people to prove that they were human. 'Are you a robot?' asked the screen, and one in five gave up. The test, called a captcha, is used by most sites against unusual traffic from machines.",
            *PARAGRAPHS[:4],
        ),
    ),
    "ok: denied": (
        "ok",
        _page(
            "Access denied: why the port's northern pier stayed shut for three weeks, and who decided it. The gates were locked on the day of the storm, Calder said.",
            *PARAGRAPHS[:4],
        ),
    ),
    "ok: newsletter at end": (
        "ok",
        _page(*PARAGRAPHS, "Sign up to read more stories like this in our newsletter."),
    ),
    "ok: subscribe footer": (
        "ok",
        _page(*PARAGRAPHS, "Subscribe to our newsletter to read more local news."),
    ),
    "ok: short with banner": (
        "ok",
        page(before="<div>We use cookies and similar technologies. Accept all cookies</div><h1>Port</h1>"),
    ),
    "ok: members says": (
        "ok",
        _page(
            "Members of the club want to read the rest of the report, their chair said, before they vote on it.",
            *PARAGRAPHS[:4],
        ),
    ),
    "ok: premium flag full": (
        "ok",
        _page(
            *LONG,
            *LONG,
            head='<title>Port</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"Port","isAccessibleForFree":false}</script>',
        ),
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_what_stands_in_the_articles_place_is_no_article(name: str) -> None:
    expected, html = PAGES[name]
    try:
        parse(html.encode(), url="https://velmora-courier.example/x", content_type="text/html; charset=utf-8")
        ended, advice = "ok", ""
    except ParsingError as error:
        ended, advice = error.code, error.message
    assert ended == expected, advice
    assert ended == "ok" or "paste" in advice


def test_a_long_list_of_purposes_is_a_consent_page() -> None:
    purposes = [
        f"Purpose {number}: we and our partners may process your personal data to measure how you use our pages, "
        "with your consent or our legitimate interest."
        for number in range(20)
    ]
    with pytest.raises(ParsingError) as refused:
        parse(_page(*purposes).encode())
    assert refused.value.code == "consent_page"


def test_a_teaser_of_an_article_that_says_how_long_it_is() -> None:
    def told(words: int, free: str) -> str:
        return (
            '<title>Port</title><script type="application/ld+json">{"@type": "NewsArticle", "headline": "Port", '
            f'"wordCount": {words}, "isAccessibleForFree": {free}}}</script>'
        )

    with pytest.raises(ParsingError) as refused:
        parse(_page(*LONG, head=told(1_200, "false")).encode())
    assert refused.value.code == "paywall"
    whole = parse(_page(*LONG, head=told(220, "false")).encode())
    assert whole.paywalled
    assert whole.provenance["paywalled"] == "json-ld"
    assert not parse(_page(*LONG, head=told(1_200, "true")).encode()).paywalled
