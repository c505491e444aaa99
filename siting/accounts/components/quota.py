"""Books of the batch quotas, which say nothing: they exist in the replay alone, and the audit checks the whole day."""

from __future__ import annotations

from siting.accounts.book import Book

BOOK = Book()
