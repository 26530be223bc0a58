"""Forms of a mall that two officers may have open at once: nobody's change is put back unseen."""

from django.utils.translation import gettext as _

from partners import locks


class KeepsOthersChanges:
    """Mix in before a mall's `ModelForm`: each field brings along what the page showed (hidden initial).

    What was not touched stays as the row has it now. What was touched here and changed by somebody else is
    asked for once more, with what was typed kept. Without what the page showed the row of now counts.

    With data it locks the row, so that nothing changes between the check and the save: in a transaction only.
    """

    def __init__(self, data=None, *args, instance=None, **kwargs):
        if data is not None and instance and instance.pk:
            instance.refresh_from_db(from_queryset=locks.partner_malls())
        super().__init__(data, *args, instance=instance, **kwargs)
        for name in self._contested:
            self.fields[name].show_hidden_initial = True
        if self.is_bound:
            self.data = self.data.copy()
            for name in self._contested:
                self.data.setdefault(self.add_initial_prefix(name), self._now(name))

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        for name in self._contested:
            if name not in self.changed_data:
                cleaned[name] = self.fields[name].to_python(self._now(name))
            elif name in cleaned and self._is_crossed(name, cleaned[name]):
                self.data[self.add_initial_prefix(name)] = self._now(name)
                words = _("Meanwhile somebody changed this to “%s”. Save again if yours is to count.")
                self.add_error(name, words % self._now(name))
        return cleaned

    @property
    def _contested(self) -> list[str]:
        return [name for name in self.fields if self.instance.pk and name in self.initial]

    def _now(self, name: str):
        """The row's value, as a box shows it."""
        return self.fields[name].prepare_value(self.initial[name])

    def _is_crossed(self, name: str, typed) -> bool:
        """Whether the row has neither what the page showed nor what was typed."""
        field, shown = self.fields[name], self.data.get(self.add_initial_prefix(name))
        now = self.initial[name]
        return field.has_changed(now, shown) and field.has_changed(now, field.prepare_value(typed))
