"""Keys and a certificate for one run, where the notifier can read them."""

import os
import shutil
import subprocess

from .receiver import make_certificate


class Keys:
    """Those of a relay."""

    def __init__(self, relay):
        self.relay = relay
        self.folder = os.path.join(relay.folder, "relay", "etc")
        self.certificate = make_certificate(relay.folder)
        self.trusted = self.own("ca.pem")
        shutil.copy(self.certificate, self.trusted)
        for name, words in (
                ("apns", ("EC", "-pkeyopt", "ec_paramgen_curve:P-256")),
                ("vapid", ("EC", "-pkeyopt", "ec_paramgen_curve:P-256")),
                ("fcm", ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"))):
            self.openssl("genpkey", "-algorithm", *words, "-out",
                         self.own(name + ".pem"))
            self.openssl("pkey", "-in", self.private(name), "-pubout",
                         "-out", self.public(name))

    @staticmethod
    def openssl(*words):
        """Runs it."""
        subprocess.run(["openssl", *words], check=True, capture_output=True)

    def own(self, name):
        """An empty file of the account that the notifier runs as."""
        return self.place(name, "")

    def place(self, name, text):
        """The same with a text; its path."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o600)
        os.chown(path, os.stat(self.relay.path("CREDRELAY_CONF")).st_uid, -1)
        return path

    def private(self, name):
        """A key's file."""
        return os.path.join(self.folder, name + ".pem")

    def public(self, name):
        """The public half's."""
        return os.path.join(self.folder, name + ".pub")
