import { markdownBlock, markdownCode, markdownTable, markdownText } from '../../../contract';

it.each([
  ['$5 and $6', '&#36;5 and &#36;6'],
  ['a | b', 'a &#124; b'],
  ['--config ... 1/2 -- "it\'s"', '&#45;&#45;config &#46;&#46;&#46; 1&#47;2 &#45;&#45; &#34;it&#39;s&#34;'],
  ['<img src=x> [a](http://b) *x* _y_ `z`', undefined],
  ['https://evil.example mailto:a@b', undefined],
  ['{workflowId} & &amp;', '&#123;workflowId&#125; &#38; &#38;amp;'],
  ['# not a headline', '&#35; not a headline'],
  ['1. no list', '1&#46; no list'],
  [': no definition', '&#58; no definition'],
  [
    'g5.xlarge us-east-1a at 2026-11-30T12:30:00Z, 80 %: fine',
    'g5.xlarge us-east-1a at 2026-11-30T12:30:00Z, 80 %: fine',
  ],
  ['two\nlines\u202e \u0007\ud800', 'two lines� ��'],
])('%j is nothing but text', (text, shown) => {
  const safe = markdownText(text);
  expect(safe).not.toMatch(/[$|`*_<>[\]{}"'\\]|:\/\/|\n/);
  if (shown !== undefined) expect(safe).toBe(shown);
});

it('never cuts a character between its halves, which the UI cannot make an address of', () => {
  for (const cut of [markdownText('a\u{1f600}b', 3), markdownCode('a\u{1f600}b', 3), markdownBlock('\ud83d')])
    expect(() => encodeURIComponent(cut)).not.toThrow();
});

it('keeps what is to be copied as it is, and in its place', () => {
  expect(markdownCode('python3 -c \'print("$x")\' | tee --append')).toBe('`python3 -c \'print("$x")\' | tee --append`');
  expect(markdownCode('echo `date`')).toBe('`` echo `date` ``');
  expect(markdownCode('--out {runId} {a}')).toBe('`--out {\u2060runId} {a}`');
  expect(markdownBlock('a\r\n```\n  {runId}\t|\n')).toBe('````\na\n```\n  {\u2060runId}    |\n\n````');
  expect(markdownBlock(' \n')).toBe('');
});

it('keeps columns apart', () => {
  expect(markdownTable(['a', 'b'], [['1', '']])).toBe('| a&#8194; | b&#8194; |\n| --- | --- |\n| 1&#8194; | &#8194; |');
});
