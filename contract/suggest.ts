/** Edits (insert, drop, replace, swap neighbours) between two short texts. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** A name without what people write otherwise: `max_duration` and `MAX-DURATION` are `maxDuration`. */
export const plainKey = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, '');

/** The candidate that somebody who typed `text` most likely meant; undefined when none is near. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const typed = plainKey(text.slice(0, 64));
  const scored = candidates.map((candidate) => {
    const wanted = plainKey(candidate);
    return { candidate, distance: editDistance(typed, wanted), allowed: Math.max(1, Math.floor(wanted.length / 3)) };
  });
  scored.sort((x, y) => x.distance - y.distance);
  const best = scored.find((entry) => entry.distance <= entry.allowed);
  return best?.candidate;
}
