"""The sections of both reports, one file each."""
