"""psql on the instance whose PG* variables stand in the environment."""

import os
import subprocess


class Database:
    """Runs statements; `env` adds to the environment of this process.  One
    that takes longer than `limit` seconds has failed."""

    def __init__(self, env=None, limit=60):
        self.limit = limit
        self.env = dict(os.environ)
        self.env.update(env or {})

    def run(self, sql):
        """The statement's rows as text: lines, columns joined by |."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
             "-c", sql], env=self.env, capture_output=True, text=True,
            check=False, timeout=self.limit)
        if done.returncode != 0:
            raise ValueError(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()
