"""Writes of this app."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from corridor.errors import InputError
from corridor_web.accounts.models import Role, User


@transaction.atomic
def create_account(
    username: str, password: str, *, role: str, economy: str = "", display_name: str = "", demo: bool = False
) -> User:
    """Create an account.

    Raises
    ------
    InputError: the name is taken or not allowed, the role is unknown, a desk officer has no economy,
        or the password is too weak.
    """
    if role not in Role.values:
        raise InputError(f"role {role!r} is not known", rule=f"one of {', '.join(Role.values)}")
    user = User(
        username=username,
        role=role,
        economy=economy,
        display_name=display_name or username,
        is_demo=demo,
    )
    try:
        user.full_clean(exclude={"password"})
        validate_password(password, user)
    except ValidationError as error:
        raise InputError(f"account {username!r} was refused: {' '.join(error.messages)}") from error
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def save_account(user: User) -> None:
    """Store changes of role, desk or access.

    Raises
    ------
    InputError: the change would leave the site without an administrator who may sign in.
    """
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if not (user.is_administrator and user.is_active) and not others.exists():
        raise InputError(
            f"account {user.username!r} is the last administrator",
            rule="a site keeps one administrator who may sign in",
            fix="Make another account an administrator first",
        )
    user.save()
