import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is no longer undefined or false. @throws Error that names what was awaited. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 40): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`after ${seconds} s still not: ${what}`);
    await sleep(20);
  }
}
