"""China's time, whatever the server's own."""

import datetime

GMT8 = datetime.timezone(datetime.timedelta(hours=8))


def now():
    return datetime.datetime.now(GMT8)


def stamp(moment=None):
    """`yyyy-MM-dd HH:mm:ss` of a moment, or of now."""
    return (moment or now()).astimezone(GMT8).strftime("%Y-%m-%d %H:%M:%S")
