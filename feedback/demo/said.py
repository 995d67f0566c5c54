"""The words of the demonstration's feedback, all invented."""

# Days ago, the language, a first name or none, the words, and the carer's answer.
PRAISE = (
    (64, "en", "Margaret", "She never hurries. My mother laughs again at breakfast.", "It is a joy to come, Margaret."),
    (33, "en", "Tom", "Comes when she says, and tells us if she cannot. That is worth a lot.", ""),
    (21, "en", "", "He walked with my husband every week through the winter.", ""),
)
WELSH_PRAISE = (
    (12, "cy", "Eleri", "Mae’n braf cael siarad Cymraeg dros baned. Diolch o galon.", "Diolch i chithau, Eleri."),
)
ASKED = "You found the right words when my father was cross, and made him tea. Thank you."
WRONG = (
    (22, "The phone number on the page rings and rings. I think that a digit is wrong.", "jean@example.org"),
    (2, "The page says that Saturdays are free, and they are not any more.", ""),
)
# New, looked into, a worry, and one that is closed.
CASES = (
    {"words": "She was to come at nine and came at eleven, and my father had had no breakfast.", "name": "Ann Hughes",
     "email": "ann.hughes@example.org", "wanted": "That she rings when she is late."},
    {"words": "She comes late, and sometimes leaves early, and still writes down the whole hour.",
     "name": "Gareth Price", "email": "gareth.price@example.org", "wanted": "That we pay for the time she is here."},
    {"words": "My neighbour has bruises on her arms, and says that she must not tell.",
     "about_words": "An old lady in Mill Lane"},
    {"words": "You sent a letter about my mother to our old address, where others live now.", "name": "Jean Carter",
     "email": "jean.carter@example.org"},
)  # fmt: skip
SPAM = {"words": "Rank first https://example.org/a https://example.org/b", "name": "SEO", "email": "seo@example.org"}
