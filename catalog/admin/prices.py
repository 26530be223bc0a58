"""Desk pages of rows that all prices are made of: saving one tells that prices changed."""

from catalog import price_changes


class PricesChange:
    """Mix in before the admin class of a rate, policy, tax or limit row."""

    def save_model(self, request, row, form, change):
        super().save_model(request, row, form, change)
        price_changes.tell(None)
