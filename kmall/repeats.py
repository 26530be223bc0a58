"""A double click on Save, or two people at one page: what is in the database already is no error of ours."""

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
    and till then keep what they had, are looked up too.
    """

    def clean(self):
        super().clean()
        for place, form in enumerate(self.forms):
            if self.instance.pk and form.has_changed() and not form.errors and not self._goes(form):
                self._check(form, later=self.initial_forms[place + 1 :])

    def save_existing_objects(self, commit=True):
        """Rows that go make room first, wherever they stand on the page."""
        gone = [form.instance.pk for form in self.deleted_forms]
        self.model._default_manager.filter(pk__in=gone).delete()
        return super().save_existing_objects(commit)

    def _goes(self, form) -> bool:
        return self.can_delete and self._should_delete_form(form)

    def _check(self, form, later) -> None:
        rows = self.model._default_manager
        row, _box = self._like(form, rows.exclude(pk__in=[shown.instance.pk for shown in self.initial_forms]))
        if row and form.instance.pk is None and self._says_the_same(form, row):
            form.changed_data = []  # as if the row had been left empty
        elif row:
            form.add_error(None, _("This is in the list already. Change the row that is there."))
        keep = [other.instance.pk for other in later if not self._goes(other)]
        held, box = self._like(form, rows.filter(pk__in=keep))
        if held:
            text = _(
                "Another row still has this. Give that one something else and save, then change this one."
            )
            form.add_error(box, text)

    def _like(self, form, rows):
        """A row of these that has what no two may have, and the box where that is typed."""
        exclude = form._get_validation_exclusions()
        checks, _of_dates = form.instance._get_unique_checks(exclude, include_meta_constraints=True)
        for _model, fields in checks:
            if row := rows.filter(**{name: getattr(form.instance, name) for name in fields}).first():
                return row, next((name for name in fields if name != self.fk.name), None)
        return None, None

    @staticmethod
    def _says_the_same(form, row) -> bool:
        """As far as anything was said: a box that was left empty says nothing."""
        return all(
            getattr(row, name) == value
            for name, value in form.cleaned_data.items()
            if hasattr(row, name) and form[name].data not in (None, "")
        )
