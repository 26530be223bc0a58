"""What the forms of buying have in common: how a field shows that it is wrong."""

from django import forms


class Boxes(forms.Form):
    """Wrong fields say so to a screen reader and point at their sentence."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def mark_wrong(self):
        """Call after validation, before rendering."""
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs |= {
                    "aria-invalid": "true",
                    "aria-describedby": f"{self[name].id_for_label}_error",
                }
        return self
