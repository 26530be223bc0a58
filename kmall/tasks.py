from celery import shared_task

from kmall.accounts import join


@shared_task
def forget_unconfirmed():
    join.forget_unconfirmed()
