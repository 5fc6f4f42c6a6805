"""The demonstration users and their log entries. Nothing here is secret."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Captain:
    """A demonstration user with log entries, oldest first."""

    user_name: str
    password: str
    entries: tuple[str, ...]
    first_entry_at: datetime


TIME_BETWEEN_ENTRIES = timedelta(days=9, hours=7, minutes=23)

PICARD = Captain(
    user_name="picard",
    password="makeitso",  # noqa: S106 (README.md tells everyone)
    first_entry_at=datetime(2026, 1, 5, 8, 15, tzinfo=UTC),
    entries=(
        "We have taken up orbit around a planet whose people settle every dispute by "
        "debate. Their longest court case has outlived four suns. I asked for a short "
        "summary and was handed a moon.",
        "The replicator on deck eight answers every request with soup. The crew has "
        "begun to rate the soups. Engineering insists that this is not a feature.",
        "First contact with a species that speaks only in footnotes. The universal "
        "translator copes, although it now cites its sources in everyday conversation.",
        "An archaeologist on Tessaly Prime showed me a vase of nine thousand years. I was "
        "so moved that I almost touched it. My first officer touched it.",
        "We were caught in a time loop, for what the computer says were forty-one days. "
        "I have finished the book I was reading, forty-one times. It ends well.",
        "Poker night. The android has learned to bluff, and announces it beforehand out "
        "of courtesy.",
        "The Admiralty wishes to know why our tea consumption exceeds that of a space "
        "station. I have ordered a full investigation, and another cup.",
        "Rescued the freighter Patient Heron, adrift with a cargo of ten thousand wind "
        "chimes. We towed her for three days. No one has slept, but morale is melodious.",
        "The nebula ahead is beautiful, uncharted, and humming in B flat. Astrometrics "
        "calls it an ionisation effect. The string quartet calls it an opportunity.",
        "Negotiations concluded. Both delegations claim victory, which is how one "
        "recognises a good treaty.",
        "A junior officer asked me what command is like. I said that it is mostly "
        "listening, and deciding which chair squeaks. She has since oiled the chair.",
        "Three days of silence on all frequencies. I had forgotten that the ship has a "
        "sound of its own: a low, steady note, like someone thinking.",
    ),
)

KIRK = Captain(
    user_name="kirk",
    password="KHAAAN!!!",  # noqa: S106 (README.md tells everyone)
    first_entry_at=datetime(2026, 1, 8, 21, 40, tzinfo=UTC),
    entries=(
        "Beamed down to investigate a signal. It was a vending machine, lonely since the "
        "war. We bought everything it had. Away team reports the crisps were excellent.",
        "My shirt tore again. The quartermaster has stopped asking how and now keeps a "
        "drawer with my name on it.",
        "Chief Engineer says the engines cannot take any more. He said so before we left "
        "dock. He said so to the engines. I believe they find it motivating.",
        "Played three-dimensional chess with the first officer. I won by a move so "
        "illogical that he has asked to publish it.",
        "A giant hand made of green light has seized the ship. Again. We have a form for it now.",
        "The doctor wishes it noted that he is a physician, and not a plumber, a pilot or "
        "a judge at the ship's bake-off. He judged the bake-off. The pie was robbed.",
        "Talked a computer into switching itself off by asking what it does on weekends.",
        "We have small furry stowaways in the grain store. They purr. There were two this "
        "morning. I am told not to ask how many there are this evening.",
        "Landed on a world exactly like Earth in every respect, except that pigeons are in "
        "charge. Departed with our dignity and without our sandwiches.",
        "Negotiated a ceasefire by challenging both generals to a footrace. Nobody won. "
        "They are now too tired to fight.",
        "Ensign Ruiz wore a red shirt to the landing party and came home in perfect health. "
        "The crew held a small parade.",
        "Somewhere out there is an old rival with a grudge and a very good tailor. I feel "
        "a shout coming on. The bridge has been soundproofed as a precaution.",
    ),
)

CAPTAINS = (PICARD, KIRK)
