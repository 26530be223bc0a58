import pytest
from cryptography.fernet import Fernet

from kmall.encryption import NotDecryptable, blind_index, decrypt, encrypt, mask_name, mask_number, mask_phone


def test_a_new_key_in_front_encrypts_and_the_old_one_still_opens(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [old]
    kept = encrypt("林晓雨")
    settings.ENCRYPTION_KEYS = [new, old]
    assert decrypt(kept) == "林晓雨"
    settings.ENCRYPTION_KEYS = [new]
    with pytest.raises(NotDecryptable):
        decrypt(kept)


def test_the_same_text_never_looks_the_same_but_is_found_by_its_index(settings):
    assert encrypt("11010519491231002X") != encrypt("11010519491231002X")
    index = blind_index("11010519491231002X")
    assert index == blind_index("11010519491231002X")
    settings.BLIND_INDEX_KEY = "another"
    assert index != blind_index("11010519491231002X")


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_name, "", ""),
        (mask_name, "张", "张*"),
        (mask_name, "张三", "张*"),
        (mask_name, "林晓雨", "林*雨"),
        (mask_name, "欧阳小明", "欧**明"),
        (mask_number, "11010519491231002X", "1101************2X"),
        (mask_number, "1234", "****"),
        (mask_phone, "13800138000", "138****8000"),
        (mask_phone, "123", "***"),
    ],
)
def test_a_mask_leaves_the_ends_only(mask, text, shown):
    assert mask(text) == shown
