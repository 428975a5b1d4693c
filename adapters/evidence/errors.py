"""Why the log cannot be exported, or an export not be verified.

EvidenceRefused
├── FileIsThere, NotAFile, NoSuchFolder, CannotWrite, EventIsNotWhole
├── NoKeyGiven, KeyUnreadable, KeyMistypedInFile, NoSuchKeyFile
├── MadeAtTooEarly, NoRoomToRemember
└── ExportUnreadable
    ├── NotAnExport
    └── LineBroken, CompressionBroken, ExportIsCut
"""

from domain.saying import SaysWhatToDo


class EvidenceRefused(SaysWhatToDo):
    """The evidence cannot be had."""


class FileIsThere(EvidenceRefused):
    """There is a file of this name; choose another one, or overwrite it with --force:"""


class NotAFile(EvidenceRefused):
    """There is something of this name that is no plain file, and it stays; choose another name:"""


class NoSuchFolder(EvidenceRefused):
    """There is no such folder; make it, or choose another one:"""


class CannotWrite(EvidenceRefused):
    """The file cannot be written; look at its folder and the space left on the disk:"""


class EventIsNotWhole(EvidenceRefused):
    """The log has an event that cannot be exported; `verify` says more. Its position:"""


class NoKeyGiven(EvidenceRefused):
    """Give the log's public key, or the file checkpoints.pub, with --key: the one in an export
    proves nothing, for whoever made the export wrote it.
    """


class KeyUnreadable(EvidenceRefused):
    """There is no public key of a log in this file:"""


class KeyMistypedInFile(EvidenceRefused):
    """The public key of a log in this file was mistyped, or part of it is missing: its checksum
    does not fit. Take the file as it was handed out:
    """


class NoSuchKeyFile(EvidenceRefused):
    """There is no such file, and it is no public key of a log either:"""


class MadeAtTooEarly(EvidenceRefused):
    """The file holds a checkpoint that is later than the moment given with --made-at; give the
    moment when the file was made. Its last checkpoint is of
    """


class NoRoomToRemember(EvidenceRefused):
    """The disk does not take what has to be remembered of each stream; make room where SQLite has
    its temporary files (/var/tmp), or name another folder, one that is there, in the environment
    variable SQLITE_TMPDIR:
    """


class ExportUnreadable(EvidenceRefused):
    """The export cannot be read:"""


class NotAnExport(ExportUnreadable):
    """This is no file that `export` has written:"""


class LineBroken(ExportUnreadable):
    """The export cannot be read any further: its line does not belong there. It is line"""


class CompressionBroken(ExportUnreadable):
    """The compressed file is damaged, or its end is missing; get it again where it came from:"""


class ExportIsCut(ExportUnreadable):
    """The export is not whole: its end is missing. It ends after line"""
