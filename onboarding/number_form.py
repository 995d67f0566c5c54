"""Where somebody types the number of carers whom a change moves, to say that they have seen it."""

from django import forms


class NumberForm(forms.Form):
    number = forms.IntegerField(
        label="How many carers is that?",
        help_text="Type the number, so that nothing of this size happens by a slip.",
        min_value=0,
        max_value=1_000_000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6, "autocomplete": "off"}),
    )

    @property
    def typed(self) -> int | None:
        """None where nothing that is a number was typed."""
        return self.cleaned_data.get("number") if self.is_valid() else None
