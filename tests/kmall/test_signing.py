import pytest

from kmall.signing import SignatureExpired, SignatureMismatch, sign, unsign


def test_a_token_gives_back_what_was_signed():
    assert unsign(sign({"i": 1, "name": "韩国馆"}, purpose="link"), purpose="link") == {
        "i": 1,
        "name": "韩国馆",
    }


def test_the_same_moment_gives_the_same_token():
    assert sign({"i": 1}, purpose="link", at=7) == sign({"i": 1}, purpose="link", at=7)


@pytest.mark.parametrize(
    "change",
    [lambda t: t[:-1] + ("A" if t[-1] != "A" else "Q"), lambda t: "x" + t, lambda t: "", lambda t: "é.é"],
)
def test_a_changed_token_is_refused(change):
    with pytest.raises(SignatureMismatch):
        unsign(change(sign({"i": 1}, purpose="link")), purpose="link")


def test_a_token_serves_its_purpose_and_key_only():
    token = sign({"i": 1}, purpose="link", key="k")
    for other in ({"purpose": "label", "key": "k"}, {"purpose": "link", "key": "l"}, {"purpose": "link"}):
        with pytest.raises(SignatureMismatch):
            unsign(token, **other)


def test_an_old_token_says_what_it_was():
    with pytest.raises(SignatureExpired) as told:
        unsign(sign({"i": 1}, purpose="link", at=1), purpose="link", max_age=60)
    assert told.value.payload == {"i": 1}
