"""A double click on Save, or two people at one page: what is in the database already is no error of ours."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import IntegrityError
from django.utils.translation import gettext as _


class SavedOnce:
    """Mix in before `ModelAdmin`: a row below that is there already is left alone, or said at its place.

    A second click that overtakes the first's commit meets it at the database; asked again, it sees it.
    """

    def get_formsets_with_inlines(self, request, obj=None):
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            yield type(formset.__name__, (RowsSavedOnce, formset), {}), inline

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            for upload in request.FILES.values():
                upload.seek(0)
            return super().changeform_view(request, *args, **kwargs)


class RowsSavedOnce:
    """Mix in before an inline formset. Django checks what is unique below a parent among the page's rows
    only, as they are to be; here those that came since the page was loaded, and those that are saved later
    and till then keep what they had, are looked up too: once for all rows, however many have changed.
    """

    def clean(self):
        super().clean()
        if not self.instance.pk:
            return
        changed = [
            (place, form)
            for place, form in enumerate(self.forms)
            if form.has_changed() and not form.errors and not self._goes(form)
        ]
        there = self._there(form for _place, form in changed)
        places = {form.instance.pk: place for place, form in enumerate(self.initial_forms)}
        staying = {form.instance.pk for form in self.initial_forms if not self._goes(form)}
        for place, form in changed:
            like = [(row, box) for key, box in self._unique(form) if (row := there.get(key))]
            came = [row for row, _box in like if row.pk not in places]
            held = [box for row, box in like if row.pk in staying and places[row.pk] > place]
            self._check(form, came, held)

    def save_existing_objects(self, commit=True):
        """Rows that go make room first, wherever they stand on the page."""
        gone = [form.instance.pk for form in self.deleted_forms]
        self.model._default_manager.filter(pk__in=gone).delete()
        return super().save_existing_objects(commit)

    def _goes(self, form) -> bool:
        return self.can_delete and self._should_delete_form(form)

    def _check(self, form, came: list, held: list) -> None:
        """`came`: rows like it that the page does not show. `held`: boxes whose content a later row has."""
        if came and form.instance.pk is None and self._says_the_same(form, came[0]):
            form.changed_data = []  # as if the row had been left empty
        elif came:
            form.add_error(None, _("This is in the list already. Change the row that is there."))
        if held:
            text = _(
                "Another row still has this. Give that one something else and save, then change this one."
            )
            form.add_error(held[0], text)

    def _unique(self, form):
        """What no two rows may have: columns with this row's values, and the box where that is typed."""
        exclude = form._get_validation_exclusions()
        checks, _of_dates = form.instance._get_unique_checks(exclude, include_meta_constraints=True)
        for _model, fields in checks:
            columns = tuple(self.model._meta.get_field(name).attname for name in fields)
            values = tuple(getattr(form.instance, column) for column in columns)
            if None not in values:
                yield (columns, values), next((name for name in fields if name != self.fk.name), None)

    def _there(self, forms: Iterable) -> dict:
        """The rows that have any of it already, by columns and values."""
        sought, there = defaultdict(set), {}
        for form in forms:
            for (columns, values), _box in self._unique(form):
                sought[columns].add(values)
        for columns, of_all in sought.items():
            each = {f"{name}__in": set(of_one) for name, *of_one in zip(columns, *of_all, strict=True)}
            for row in self.model._default_manager.filter(**each):
                there[columns, tuple(getattr(row, column) for column in columns)] = row
        return there

    def _says_the_same(self, form, row) -> bool:
        """As far as anything was said: a box that was left empty says nothing."""
        columns = {field.name: field.attname for field in self.model._meta.concrete_fields}
        return all(
            getattr(row, columns[name]) == getattr(value, "pk", value)
            for name, value in form.cleaned_data.items()
            if name in columns and form[name].data not in (None, "")
        )
