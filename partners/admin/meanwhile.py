"""Pages that two officers may have open at once, or send twice: nobody's change is put back unseen."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from partners import locks


class TooLate(Exception):
    """The row was decided upon, or changed, since this officer's page was loaded."""


class DecidedOnce:
    """Mix in before `DeskAdmin` where a row is open until somebody decides upon it.

    Who comes second is told so and shown how the row stands, which is no question of permissions; of a second
    click nothing is said. `too_late`: the words. `save_model` raises `TooLate` where the row changes hands
    between the check and the lock.
    """

    too_late: str

    def is_open(self, row) -> bool:
        raise NotImplementedError

    def is_as_sent(self, request, row) -> bool:
        """Whether the row stands as this same person's form has it."""
        raise NotImplementedError

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or self.is_open(obj))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        row = self.get_object(request, unquote(object_id)) if request.method == "POST" and object_id else None
        if row and not self.is_open(row) and super().has_change_permission(request, row):
            return self._as_it_stands(request, row)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except TooLate:
            return self._as_it_stands(request, self.get_object(request, unquote(object_id)))

    def _as_it_stands(self, request, row):
        if not self.is_as_sent(request, row):
            messages.error(request, self.too_late)
        return HttpResponseRedirect(request.path)


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
