import { tomlKeys } from '../../../../../client/cli/launch/needs/toml-keys';

const keys = (text: string) => Object.fromEntries(tomlKeys(text));

test('tables, dotted and quoted keys, values over lines', () => {
  const text = `a = 1 # why
[project] # the project
"name" = "x#y" # no
dependencies = [ # list
  "a[x]", # ]
  'b # c',
]
[tool.poetry.dependencies]
torch.version = "2"
[[tool.poetry.source]]
url = 'u'
`;
  expect(keys(text)).toEqual({
    a: '1',
    'project.name': '"x#y"',
    'project.dependencies': `[ \n  "a[x]", \n  'b # c',\n]`,
    'tool.poetry.dependencies.torch.version': '"2"',
    'tool.poetry.source.url': "'u'",
  });
});

test('keys of inline tables', () => {
  expect(keys('a = { b = ["x,y", "{"], "c" = { e.f = "g,h" }, i = true } # j\nk.l = {}\nm = [{ n = 1 }]')).toEqual({
    a: '{ b = ["x,y", "{"], "c" = { e.f = "g,h" }, i = true }',
    'a.b': '["x,y", "{"]',
    'a.c': '{ e.f = "g,h" }',
    'a.c.e.f': '"g,h"',
    'a.i': 'true',
    'k.l': '{}',
    m: '[{ n = 1 }]',
  });
});

test('a text of several lines hides what it holds', () => {
  expect(keys('a = """\n[project]\nb = 1\n"""\nc = 2\n')).toEqual({ a: '""', c: '2' });
});

test('broken texts end', () => {
  for (const text of [
    'a = [',
    'a = [[',
    '[',
    '= =',
    '"""',
    'a',
    'a = [}',
    "a = ['",
    'a = {b = {c = ',
    'a = {b.= 1}',
    'a = {,}}',
  ]) {
    expect(() => tomlKeys(text)).not.toThrow();
  }
});
