"""Who is KITA's staff. What they may do with rows is said beside the rows, in each app's admin."""

KITA = "KITA"


def is_kita(user) -> bool:
    """KITA's staff: a superuser, or somebody in the group of that name."""
    if not hasattr(user, "_is_kita"):
        user._is_kita = user.is_superuser or (user.is_active and user.groups.filter(name=KITA).exists())
    return user._is_kita
