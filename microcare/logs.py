"""What must not stand in a log: links of mails that sign in or act carry their secret in the path."""

import logging
import re

SECRET = re.compile(r"((?:/accounts/(?:invitation|undo|confirm-email|password/reset/key)|/join)/)[^/\s]+")


def without_secrets(path: str) -> str:
    return SECRET.sub(r"\1…", path)


class WithoutSecrets(logging.Filter):
    """For every handler: paths in what is logged lose the secret part."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
