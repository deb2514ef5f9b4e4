import { Tail } from '../../../../adapters/ssh/connection/tail';

test('of a stream the last bytes are kept, however it is cut', () => {
  const text = Array.from({ length: 500 }, (_, n) => `${n}\n`).join('');
  for (const size of [1, 7, 64, 100, text.length]) {
    const tail = new Tail(64);
    for (let at = 0; at < text.length; at += size) tail.add(Buffer.from(text.slice(at, at + size)));
    expect(tail.toString()).toBe(text.slice(-64));
  }
});

test('what is shorter is kept whole', () => {
  const tail = new Tail(64);
  expect(tail.toString()).toBe('');
  tail.add(Buffer.from('a'));
  tail.add(Buffer.from('b'));
  expect(tail.toString()).toBe('ab');
});
