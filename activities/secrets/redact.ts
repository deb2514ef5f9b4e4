import type { SecretValues } from './read';

/** Shorter values would blank out half of every message, and protect nobody. */
const SHORTEST_REDACTED = 4;

/** `text` with every secret's value replaced by `[NAME]`; the longest first, so that no part of one remains. */
export function redact(text: string, secrets: SecretValues): string {
  const known = Object.entries(secrets)
    .filter(([, value]) => value.length >= SHORTEST_REDACTED)
    .sort(([, a], [, b]) => b.length - a.length);
  let clean = text;
  for (const [name, value] of known) {
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) {
      clean = clean.split(form).join(`[${name}]`);
    }
  }
  return clean;
}
