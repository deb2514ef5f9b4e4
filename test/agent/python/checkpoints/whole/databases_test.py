import os
import sqlite3

from support import FolderTest

from trainctl_agent.checkpoints.whole.databases import is_database


class Databases(FolderTest):
    def test_sqlite_and_its_journals_by_what_they_hold(self):
        database = sqlite3.connect(os.path.join(self.folder, "study.db"))
        self.addCleanup(database.close)
        database.execute("pragma journal_mode=wal")
        database.execute("create table trials(step integer)")
        database.commit()
        self.write("model.db", "weights")
        found = {name: is_database(self.folder, name) for name in (*os.listdir(self.folder), "gone.db")}
        self.assertEqual(
            found, {"study.db": True, "study.db-wal": True, "study.db-shm": True, "model.db": False, "gone.db": False}
        )
