"""The version of the product; the package's metadata takes it from here."""

VERSION = "0.1.0"
