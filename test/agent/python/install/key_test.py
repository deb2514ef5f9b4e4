from support import FolderTest

from trainctl_agent.install.key import install_key


class InstallKey(FolderTest):
    def test_changes_with_whatever_an_installation_depends_on(self):
        file = self.write("needs.txt", "a")
        request = {"commands": ["make"], "env": {"A": "1"}, "requirements": "needs.txt", "secrets": {"B": "2"}}

        def key(more=None, kind="file"):
            return install_key(dict(request, **(more or {})), kind, file, self.folder)

        first = key()
        self.assertEqual(key({"secrets": {}, "command": "other"}), first)
        seen = {first, key({"commands": []}), key({"env": {}}), key({"requirements": "auto"}), key(kind="list")}
        self.write("needs.txt", "b")
        seen.add(key())
        self.write("uv.lock", "x")
        seen.add(key())
        self.assertEqual(len(seen), 7)
