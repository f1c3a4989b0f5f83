"""Files that an administrator writes: a notice, a regions file. Read whole, or refused."""

from pathlib import Path

from django.utils.translation import gettext as _

from enrollment.errors import Refused


def read(path: Path, suffix: str, most: int) -> str:
    """The text of a UTF-8 file of at most `most` bytes. Errors: Refused saying what to do."""
    if path.suffix.lower() != suffix:
        raise Refused(_("%(path)s: expected a %(suffix)s file") % {"path": path, "suffix": suffix})
    try:
        if not path.exists():
            raise Refused(_("There is no file %(path)s.") % {"path": path})
        if not path.is_file():
            raise Refused(_("%(path)s is not a file.") % {"path": path})
        if path.stat().st_size > most:
            raise Refused(
                _("%(path)s is larger than %(n)s MB; is it the right file?")
                % {"path": path, "n": most // 1_000_000}
            )
        return path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise Refused(
            _("%(path)s cannot be read; look at its rights and its name.") % {"path": path}
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Refused(
            _("%(path)s, line %(n)s: this is not UTF-8 text; save the file again as UTF-8.")
            % {"path": path.name, "n": line}
        ) from None
