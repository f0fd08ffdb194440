"""The key that tests seal with."""

from db.crypto import Keyring

DATA_KEY = "VEVTVC1rZXktdGhhdC1vcGVucy1ub3RoaW5nLWF0ISE="
KEYRING = Keyring([DATA_KEY])
