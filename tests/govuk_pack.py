"""Draws govuk-frontend's official cases with our own templates, and compares what a browser would see.

Two pieces of HTML are the same when their trees are, after these differences are taken away:

- white space, and the order of attributes and of classes;
- the spelling of ids: ours end in `_helptext` and `_error` as Django links them, theirs in `-hint` and `-error`.
  Each id becomes its number in the tree, wherever it is named (for, aria-describedby, aria-controls, href), so a link
  that lands elsewhere still differs;
- `aria-invalid`, which Django adds to a field with an error and the design system leaves out;
- on a button with a name, the value: ours always sends its words, so that the server knows which was pressed;
- on an error message by itself, the id: ours always has one, because its field names it.
"""

import json
from pathlib import Path

from bs4 import BeautifulSoup
from crispy_forms.bootstrap import PrependedAppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict, ErrorList
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from directory.days import DayField

FIXTURES = Path(__file__).parent / "govuk_fixtures"
NAMES_IDS = ("for", "aria-describedby", "aria-controls", "data-aria-controls", "href")


def official(component):
    """Each official case of a component we draw: its name, its options, its HTML."""
    cases = json.loads((FIXTURES / f"{component}.json").read_text(encoding="utf-8"))
    return [(case["name"], case["options"], case["html"]) for case in cases]


def tree(html):
    """The HTML as nested lists that can be compared and read in a failing test."""
    soup = BeautifulSoup(html, "html5lib")
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    numbers = {name: f"id{number}" for number, name in enumerate(dict.fromkeys(ids))}
    return [found for node in soup.body.children if (found := _node(node, numbers))]


def _node(node, numbers):
    if isinstance(node, str):
        return " ".join(node.split())
    attrs = {name: _value(name, value, numbers) for name, value in node.attrs.items() if name != "aria-invalid"}
    children = [found for child in node.children if (found := _node(child, numbers))]
    return [node.name, attrs, *children]


def _value(name, value, numbers):
    if name == "class":
        return sorted(value)
    if name == "id":
        return numbers[value]
    if name in NAMES_IDS:
        return " ".join(numbers.get(word.lstrip("#"), word) for word in value.split())
    return value


def text_of(options):
    """Their `html` is markup and their `text` is not."""
    if not options:
        return ""
    return mark_safe(options["html"]) if options.get("html") else options.get("text", "")  # noqa: S308 (theirs)


def attributes(options, *names):
    own = {
        name: str(options[name]).lower() if options[name] in (True, False) else options[name]
        for name in names
        if name in options
    }
    described = {"aria-describedby": options["describedBy"]} if options.get("describedBy") else {}
    named = {"id": options["id"]} if options.get("id") else {}
    classes = {"class": options["classes"]} if options.get("classes") else {}
    return {**classes, **own, **described, **named, **options.get("attributes", {})}


def form_with(options, field, value=None):
    """A form of one field, with the official case's name, value and error."""
    name = options.get("name") or options.get("idPrefix") or "field"
    form = type("OneField", (forms.Form,), {"base_fields": {}})(auto_id="%s", initial={name: value})
    form.fields[name] = field
    if options.get("errorMessage"):
        form._errors = ErrorDict({name: ErrorList([text_of(options["errorMessage"])])})
    return form, name


def drawn(form, name, options, label, *, prefix="", suffix=""):
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.label_class = (label or {}).get("classes", "")
    helper.page_heading = name if (label or {}).get("isPageHeading") else ""
    wrapper = options.get("formGroup", {}).get("classes")
    one = PrependedAppendedText(name, prefix or None, suffix or None) if prefix or suffix else Field(name)
    one.wrapper_class = wrapper
    helper.layout = Layout(one)
    return render_crispy_form(form, helper)


def text_input(options):
    widget = forms.TextInput(
        attributes(options, "spellcheck", "autocomplete", "inputmode", "pattern", "autocapitalize")
    )
    widget.input_type = options.get("type", "text")
    field = forms.CharField(
        label=text_of(options["label"]),
        help_text=text_of(options.get("hint")),
        widget=widget,
        required=False,
        disabled=options.get("disabled", False),
        max_length=20,
    )
    form, name = form_with(options, field, options.get("value"))
    return drawn(
        form,
        name,
        options,
        options["label"],
        prefix=text_of(options.get("prefix")),
        suffix=text_of(options.get("suffix")),
    )


def textarea(options):
    widget = forms.Textarea(attributes(options, "spellcheck", "autocomplete", "rows"))
    field = forms.CharField(label=text_of(options["label"]), help_text=text_of(options.get("hint")), widget=widget)
    form, name = form_with(options, field, options.get("value"))
    return drawn(form, name, options, options["label"])


def with_items(widget_class, items):
    """The widget with what the case says of single options, as Django has it: in `create_option`."""

    def create_option(self, name, value, label, *args, **more):
        selected, index = args
        option = widget_class.create_option(self, name, value, label, selected, index, **more)
        option["attrs"] |= {"disabled": True} if items[index].get("disabled") else {}
        option["attrs"] |= items[index].get("attributes", {})
        return option

    return type(widget_class.__name__, (widget_class,), {"create_option": create_option})


def select(options):
    items = [item for item in options["items"] if item]
    chosen = [item["value"] for item in items if item.get("selected")]
    field = forms.ChoiceField(
        label=text_of(options["label"]),
        help_text=text_of(options.get("hint")),
        choices=[(item["value"], item["text"]) for item in items],
        widget=with_items(forms.Select, items)(attributes(options)),
    )
    form, name = form_with(options, field, chosen[0] if chosen else options.get("value"))
    return drawn(form, name, options, options["label"])


def choices(options, field_class, widget_class):
    items = [item for item in options["items"] if item]
    chosen = options.get("values") or [item["value"] for item in items if item.get("checked")] or [options.get("value")]
    legend = options["fieldset"].get("legend")
    described = (
        {"aria-describedby": options["fieldset"]["describedBy"]} if options["fieldset"].get("describedBy") else {}
    )
    field = field_class(
        label=text_of(legend),
        help_text=text_of(options.get("hint")),
        choices=[(item["value"], text_of(item)) for item in items],
        widget=with_items(widget_class, items)({**attributes(options), **described}),
    )
    field.hints = {item["value"]: text_of(item.get("hint")) for item in items}
    form, name = form_with(options, field, chosen if field_class is forms.MultipleChoiceField else chosen[0])
    return drawn(form, name, options, legend)


def radios(options):
    return choices(options, forms.ChoiceField, forms.RadioSelect)


def checkboxes(options):
    if len(options["items"]) == 1:
        return one_checkbox(options)
    return choices(options, forms.MultipleChoiceField, forms.CheckboxSelectMultiple)


def one_checkbox(options):
    [item] = options["items"]
    widget = forms.CheckboxInput({**attributes(options), "value": item["value"]})
    if "idPrefix" in options:
        widget.attrs["id"] = options["idPrefix"]
    field = forms.BooleanField(label=text_of(item), help_text=text_of(options.get("hint")), widget=widget)
    form, name = form_with(options, field)
    return drawn(form, name, options, None)


def file_upload(options):
    widget = forms.FileInput(attributes(options))
    widget.allow_multiple_selected = True
    if options.get("multiple"):
        widget.attrs["multiple"] = True
    field = forms.FileField(
        label=text_of(options["label"]),
        help_text=text_of(options.get("hint")),
        widget=widget,
        disabled=options.get("disabled", False),
    )
    form, name = form_with(options, field)
    return drawn(form, name, options, options["label"])


def date_input(options):
    field = DayField(wanted="", label=text_of(options["fieldset"]["legend"]), help_text=text_of(options.get("hint")))
    field.wrong_parts = tuple(item["name"] for item in options.get("items", ()) if item.get("error"))
    values = options.get("values", {}).values()
    prefix = options.get("namePrefix", "")
    form, name = form_with({**options, "name": prefix or "date"}, field, [str(value) for value in values])
    html = drawn(form, name, options, options["fieldset"]["legend"])
    return html if prefix else html.replace(f'name="{name}-', 'name="')


def button(options):
    extra = (
        {"data_prevent_double_click": str(options["preventDoubleClick"]).lower()}
        if "preventDoubleClick" in options
        else {}
    )
    extra |= {"disabled": True, "aria-disabled": "true"} if options.get("disabled") else {}
    one = Submit(
        options.get("name", ""),
        options["text"],
        css_class=options.get("classes"),
        **extra,
        **options.get("attributes", {}),
    )
    html = render_to_string("govuk/layout/baseinput.html", {"input": one})
    return html.replace(f' value="{options["text"]}"', "") if "name" in options else html


def fieldset(options):
    legend = text_of(options["legend"])
    extra = {"aria_describedby": options["describedBy"]} if options.get("describedBy") else {}
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    one = Fieldset(legend, css_class=options.get("classes"), **extra, **options.get("attributes", {}))
    one.legend_class = options["legend"].get("classes", "")
    one.page_heading = options["legend"].get("isPageHeading", False)
    helper.layout = Layout(one)
    return render_crispy_form(forms.Form(), helper)


def error_message(options):
    form, name = form_with({"errorMessage": options, "name": "field"}, forms.CharField())
    html = render_to_string("govuk/layout/hint_error.html", {"field": form[name], "form_show_errors": True})
    return html if "id" in options else html.replace(' id="field_error"', "")


def generic_header(options):
    return render_to_string("components/generic_header.html", {"scheme": {"council": options["logoText"]}})


def language_navigation(options):
    links = [
        {"code": item["lang"], "name": item["text"], "url": item.get("href"), "current": item.get("current")}
        for item in options["items"]
    ]
    return render_to_string("components/language_navigation.html", {"languages": links})


def service_navigation(options):
    items = [{"text": i["text"], "url": i["href"], "current": i.get("active")} for i in options["navigation"]]
    context = {"scheme": {"name": options["serviceName"]}, "navigation": items}
    return render_to_string("components/service_navigation.html", context)


def skip_link(options):
    return render_to_string("components/skip_link.html")


def footer(options):
    links = [{"text": item["text"], "url": item["href"]} for item in options["meta"]["items"]]
    context = {"footer_links": links, "scheme": settings.SCHEME, "base_map": {"year": "2026"}}
    return render_to_string("components/footer.html", context)


def error_summary(options):
    errors = ErrorDict()
    form = forms.Form(auto_id="%s")
    for item in options["errorList"]:
        name = item.get("href", "#__all__").removeprefix("#")
        if name != "__all__":
            form.fields[name] = forms.CharField()
        errors.setdefault(name, ErrorList()).append(text_of(item))
    form._errors = errors
    return render_to_string("components/error_summary.html", {"form": form})
