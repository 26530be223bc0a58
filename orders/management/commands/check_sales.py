from django.core.management.base import BaseCommand, CommandError

from orders.reports.proof import differences


class Command(BaseCommand):
    help = "Compare every breakdown of the sales report with the orders, to the fen."

    def handle(self, *args, **options):
        found = differences()
        for row in found:
            self.stderr.write(f"{row.dimension} {row.what}: orders {row.orders}, report {row.report}")
        if found:
            raise CommandError(f"{len(found)} sums differ")
        self.stdout.write("The sales report and the orders agree to the fen.")
