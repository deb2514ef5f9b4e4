/**
 * What comes of a story that is told once a machine was fast enough for it: one that was too slow, and answers with nothing, gets twice
 * the seconds, again and again.
 */
export async function inTime<T>(seconds: number, story: (seconds: number) => Promise<T | false>): Promise<T> {
  for (let limit = seconds; ; limit *= 2) {
    const told = await story(limit);
    if (told !== false) return told;
  }
}
