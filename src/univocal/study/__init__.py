"""A study: papers, people and their codings in one folder with one database. Only this package opens a database."""
