"""RSA2 as the open platform does it (SHA256withRSA, PKCS#1 v1.5, Base64), and both sides' keys as files."""

import base64
import binascii
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


class Keys:
    """Both sides' keys in one folder, made at the first start: each finds the other's public key there."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for side in ("merchant", "alipay"):
            if not (folder / f"{side}_private.pem").exists():
                _make_pair(folder, side)
        self._private = _private(folder / "alipay_private.pem")
        self._merchant = serialization.load_pem_public_key((folder / "merchant_public.pem").read_bytes())
        self._stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, text, forged=False):
        key = self._stranger if forged else self._private
        return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()

    def is_merchants(self, parameters):
        """Whether the merchant signed a request: all parameters but `sign`, `sign_type` included."""
        text = content({k: v for k, v in parameters.items() if k != "sign"})
        try:
            signature = base64.b64decode(parameters.get("sign", ""), validate=True)
            self._merchant.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    def signed(self, parameters, forged=False):
        """A notice or return: signed over all parameters but `sign` and `sign_type`."""
        text = content({k: v for k, v in parameters.items() if k not in ("sign", "sign_type")})
        return {**parameters, "sign_type": "RSA2", "sign": self.sign(text, forged)}

    def answer(self, node, body):
        """A signed answer: the signature is over the text of the node exactly as it stands in the body."""
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return f'{{"{node}":{text},"sign":"{self.sign(text)}"}}'


def content(parameters):
    """`k=v` joined with `&`, by name, without empty values."""
    return "&".join(f"{name}={parameters[name]}" for name in sorted(parameters) if parameters[name] != "")


def _private(path):
    return serialization.load_pem_private_key(path.read_bytes(), password=None)


def _make_pair(folder, side):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{side}_public.pem").write_bytes(public)
    path = folder / f"{side}_private.pem"
    path.touch(mode=0o600)
    path.write_bytes(private)
