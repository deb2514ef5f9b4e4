import { Tail } from '../../../../adapters/ssh/connection/tail';
import { Throttle } from '../../../../adapters/ssh/connection/throttle';

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

test('who writes without end is read at a pace, and gets a burst again after a rest', () => {
  const throttle = new Throttle(1000, 100);
  expect([throttle.take(600, 5000), throttle.take(400, 5000)]).toEqual([0, 0]);
  expect([throttle.take(50, 5000), throttle.take(50, 5000)]).toEqual([500, 1000]);
  expect([throttle.take(0, 6000), throttle.take(100, 6000), throttle.take(0, 7000)]).toEqual([0, 1000, 0]);
  expect([throttle.take(1000, 1e6), throttle.take(1, 1e6)]).toEqual([0, 10]);
});
