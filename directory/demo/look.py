"""What a portrait shows: colours of skin, hair and clothes, and a look that fits an invented person."""

import random
from dataclasses import dataclass

# Each skin: face, shade (neck, nose, ears), cheek, lip.
SKINS = {
    "pale": ("#f6d3bd", "#e3b093", "#f2bfa9", "#b5574a"),
    "fair": ("#f0c4a4", "#d9a07c", "#e9b093", "#a84c3f"),
    "olive": ("#dfae83", "#c48f62", "#da9c76", "#97473a"),
    "tan": ("#c98f63", "#a97047", "#c1805a", "#843b30"),
    "brown": ("#a56d46", "#87542f", "#9c613f", "#6d2c25"),
    "dark": ("#80502f", "#613920", "#8a4f38", "#4f1c1a"),
    "deep": ("#653f2b", "#45271a", "#71432f", "#c07a6c"),
}
HAIRS = {
    "black": ("#22191a", "#37292a"),
    "dark": ("#3b261c", "#523729"),
    "brown": ("#643b22", "#7d4e31"),
    "auburn": ("#7c3a1c", "#964b27"),
    "red": ("#a4501f", "#bd662f"),
    "fair": ("#c3944f", "#d5aa69"),
    "blonde": ("#dcbb7b", "#e8cd98"),
    "grey": ("#8f8d8b", "#a5a3a1"),
    "silver": ("#bdbbb8", "#d0cecb"),
    "white": ("#dedbd5", "#ebe8e3"),
}
GROUNDS = ("#dbe7df", "#efe3da", "#e6dfd0", "#dfe6ee", "#e9e0ea", "#dceaea", "#f0e6cf", "#e4e8d9", "#e8dddd")
CLOTHES = (
    "#22705f", "#2f3c57", "#3d5a86", "#b4612c", "#7a3553", "#54713f",
    "#8a3b36", "#46627a", "#6a5a86", "#2c6a80", "#94752f", "#4b4a4d",
)  # fmt: skip
SCARVES = ("#7c4b74", "#2e6670", "#8f3f4f", "#34507c", "#5c6b3e", "#5b5f66")


@dataclass(frozen=True)
class Look:
    """What a portrait shows. `hair` and `skin` are keys of the tables above, `style` of `hair.STYLES`."""

    style: str
    skin: str
    hair: str
    ground: str = GROUNDS[0]
    clothes: str = CLOTHES[0]
    scarf: str = SCARVES[0]
    collar: str = "round"
    beard: str = ""
    glasses: str = ""
    older: bool = False
    smile: float = 1.0


WOMEN = ("bob", "bob with fringe", "long", "long with fringe", "wavy", "curly", "bun", "tail", "pixie")
MEN = ("crop", "side part", "quiff", "receding", "bald", "crop", "side part")
SKINS_OF = {
    "white": ("pale", "fair", "fair", "pale", "olive"),
    "mediterranean": ("olive", "fair", "tan"),
    "asian": ("tan", "brown", "olive"),
    "east": ("olive", "fair"),
    "black": ("brown", "dark", "deep"),
}
YOUNGER_HAIR = {
    "white": ("dark", "brown", "brown", "auburn", "red", "fair", "blonde"),
    "mediterranean": ("dark", "black", "brown"),
}


def imagine(chance: random.Random, *, woman: bool, background: str, older: bool, scarf: bool) -> Look:
    """A look that a person of that background and age may well have."""
    black = background == "black"
    styles = (
        (("afro", "braids", "close", "bun", "curly") if black else WOMEN)
        if woman
        else (("close", "close", "bald", "afro") if black else MEN)
    )
    style = "scarf" if scarf else chance.choice(styles)
    hair = chance.choice(("grey", "silver", "white") if older else YOUNGER_HAIR.get(background, ("black", "dark")))
    skin = chance.choice(SKINS_OF[background])
    if hair in {"red", "blonde"} and skin == "olive":
        skin = "fair"
    if style in {"receding", "bald"} and not older and not black:
        style = "crop"
    return Look(
        style=style,
        skin=skin,
        hair=hair,
        ground=chance.choice(GROUNDS),
        clothes=chance.choice(CLOTHES),
        scarf=chance.choice(SCARVES),
        collar="plain" if scarf else chance.choice(("round", "plain", "shirt", "tunic")),
        beard="" if woman else chance.choice(("", "", "", "short", "full", "moustache" if older else "")),
        glasses=chance.choice(("", "", "", "", "", "", "dark", "brown", "light", "red" if woman else "dark")),
        older=older,
        smile=chance.choice((0.8, 1.0, 1.0, 1.4)),
    )
