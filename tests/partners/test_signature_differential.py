"""Three hands wrote the signature: the connector, the stand-in, and the tests' own client. They must agree."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from partners.connectors.igetmall import signature
from partners.sandbox.igetmall.signing import sign
from tests.partners.mall import signed

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True).filter(lambda name: name != "sign")
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    parameters=st.dictionaries(names, values, min_size=1),
    secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
)
def test_connector_and_stand_in_sign_alike(parameters, secret):
    assert signature(parameters, secret) == sign(parameters, secret)


@given(body=st.binary(max_size=60), secret=values.filter(bool))
def test_a_hand_made_signature_is_the_connectors(body, secret):
    parameters = signed("igm.items.get", body, secret)
    wanted = parameters.pop("sign")
    assert signature(parameters, secret) == wanted
    assert parameters["content_sha256"] == hashlib.sha256(body).hexdigest()


@given(parameters=st.dictionaries(names, values.filter(bool), min_size=1))
def test_names_with_empty_values_count_for_nothing(parameters):
    assert signature(parameters | {"zz": ""}, "s") == signature(parameters, "s")
