import os

from support import FolderTest

from trainctl_agent.install.indexes.translate import for_pip, for_tool, for_uv, passwords

URL, MORE = "https://me:pass%21word@a.example/simple", "https://token@b.example/simple"


class Translate(FolderTest):
    def uv(self, **env):
        return for_uv(dict({"HOME": self.path("home")}, **env), self.folder, self.folder)

    def pip(self, **env):
        return for_pip(dict({"HOME": self.path("home")}, **env), self.folder)

    def test_what_pip_is_set_up_for_holds_for_uv(self):
        self.assertEqual(self.uv(), ({}, []))
        self.write("etc/pip.conf", "[global]\nextra-index-url =\n  %s\n  https://c.example\ntimeout = 15.5\n" % MORE)
        os.makedirs(self.path("wheels"))
        variables, flags = self.uv(
            PIP_INDEX_URL=URL, PIP_FIND_LINKS="wheels /absent https://d.example", PIP_NO_INDEX="1", PIP_PRE="yes"
        )
        self.assertEqual(flags, ["--no-index"])
        self.assertEqual(
            variables,
            {
                "UV_INDEX_URL": URL,
                "UV_EXTRA_INDEX_URL": MORE + " https://c.example",
                "UV_INDEX_STRATEGY": "unsafe-best-match",
                "UV_FIND_LINKS": "wheels,https://d.example",
                "UV_HTTP_TIMEOUT": "15",
                "UV_PRERELEASE": "allow",
            },
        )
        self.assertEqual(
            self.uv(PIP_CONFIG_FILE=os.devnull, PIP_TRUSTED_HOST="a b", PIP_PROXY="http://p", HTTP_PROXY="http://q")[0],
            {"UV_INSECURE_HOST": "a b", "HTTPS_PROXY": "http://p"},
        )

    def test_what_uv_itself_is_set_up_for_wins(self):
        pip = {"PIP_INDEX_URL": URL, "PIP_EXTRA_INDEX_URL": MORE, "PIP_NO_INDEX": "1"}
        self.assertEqual(self.uv(**pip)[0]["UV_INDEX_URL"], URL)
        for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
            variables, flags = self.uv(**dict(pip, **{name: "x"}))
            self.assertEqual((set(variables), flags), ({"UV_EXTRA_INDEX_URL", "UV_INDEX_STRATEGY"}, []))
        self.assertEqual(set(self.uv(UV_INDEX="x", **pip)[0]), {"UV_INDEX_URL"})
        self.assertNotIn("UV_INDEX_STRATEGY", self.uv(UV_INDEX_STRATEGY="first-index", **pip)[0])
        self.write("pyproject.toml", '[[tool.uv.index]]\nurl = "x"\nexplicit = true\n')
        self.assertIn("UV_INDEX_URL", self.uv(**pip)[0], "it has still no default")
        self.write("pyproject.toml", '[[tool.uv.index]]\nurl = "x"\ndefault = true\n')
        self.assertNotIn("UV_INDEX_URL", self.uv(**pip)[0])
        self.write("uv.toml", "")
        self.assertIn("UV_INDEX_URL", self.uv(**pip)[0], "beside uv.toml, pyproject.toml is not read")
        self.write("home/.config/uv/uv.toml", 'index-url = "x"\n')
        self.assertNotIn("UV_INDEX_URL", self.uv(**pip)[0])
        self.assertIn("UV_INDEX_URL", self.uv(UV_CONFIG_FILE=self.path("uv.toml"), **pip)[0])

    def test_what_uv_is_set_up_for_holds_for_pip(self):
        self.assertEqual(self.pip(), {})
        self.assertEqual(
            self.pip(
                UV_DEFAULT_INDEX="own=https://a.example/simple",
                UV_INDEX_OWN_USERNAME="me",
                UV_INDEX_OWN_PASSWORD="p/w",
                UV_INDEX="b-1=https://b.example https://c.example",
                UV_FIND_LINKS="x,y",
                UV_INSECURE_HOST="a",
            ),
            {
                "PIP_INDEX_URL": "https://me:p%2Fw@a.example/simple",
                "PIP_EXTRA_INDEX_URL": "https://b.example https://c.example",
                "PIP_FIND_LINKS": "x y",
                "PIP_TRUSTED_HOST": "a",
            },
        )
        self.assertEqual(self.pip(UV_INDEX_URL="x", PIP_INDEX_URL="y"), {})

    def test_in_commands(self):
        env = {"PIP_NO_INDEX": "1", "PIP_INDEX_URL": URL, "HOME": self.path("home")}
        for argv, expected in (
            (["/x/uv", "pip", "install", "six"], ["/x/uv", "pip", "install", "--no-index", "six"]),
            (["/x/uv", "venv", "v"], ["/x/uv", "venv", "--no-index", "v"]),
            (["/x/uv", "sync", "--frozen"], ["/x/uv", "sync", "--frozen"]),
            (["/x/python", "-m", "pip", "install"], ["/x/python", "-m", "pip", "install"]),
            (["bash", "-c", "uv sync"], ["bash", "-c", "uv sync"]),
        ):
            found, full = for_tool(argv, env, self.folder)
            self.assertEqual(found, expected)
            self.assertEqual("UV_INDEX_URL" in full, argv[0] == "/x/uv")
            self.assertNotIn("word", " ".join(found))

    def test_passwords_of_addresses(self):
        found = passwords(
            {
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_INDEX_URL": URL,
                "PIP_EXTRA_INDEX_URL": "https://c.example " + MORE,
                "UV_INDEX": "own=https://me:other@a.example",
                "UV_INDEX_OWN_PASSWORD": "third",
                "OTHER": "https://me:elsewhere@a.example",
            }
        )
        self.assertEqual(set(found.values()), {"pass%21word", "pass!word", "token", "other", "third"})
        self.assertTrue(any(name.startswith("index-url") for name in found), found)
