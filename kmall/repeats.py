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
    only; here the rows that came since the page was loaded are looked up too.
    """

    def clean(self):
        super().clean()
        for form in self.forms:
            if self.instance.pk and form.has_changed() and not form.errors and not self._goes(form):
                self._check(form)

    def _goes(self, form) -> bool:
        return self.can_delete and self._should_delete_form(form)

    def _check(self, form) -> None:
        row = self._newcomer_like(form)
        if row and form.instance.pk is None and self._says_the_same(form, row):
            form.changed_data = []  # as if the row had been left empty
        elif row:
            form.add_error(None, _("This is in the list already. Change the row that is there."))

    def _newcomer_like(self, form):
        """A row that is not on the page and has what no two may have."""
        exclude = form._get_validation_exclusions()
        checks, _of_dates = form.instance._get_unique_checks(exclude, include_meta_constraints=True)
        on_page = [shown.instance.pk for shown in self.initial_forms]
        newcomers = self.model._default_manager.exclude(pk__in=on_page)
        for _model, fields in checks:
            if row := newcomers.filter(**{name: getattr(form.instance, name) for name in fields}).first():
                return row
        return None

    @staticmethod
    def _says_the_same(form, row) -> bool:
        """As far as anything was said: a box that was left empty says nothing."""
        return all(
            getattr(row, name) == value
            for name, value in form.cleaned_data.items()
            if hasattr(row, name) and form[name].data not in (None, "")
        )
