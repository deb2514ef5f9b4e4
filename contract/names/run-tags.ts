import { isRunId } from '../run/ids';

/** Of the tag that begins the id; what does not fit into it goes on in `trainctl:run-2`, `-3` and so on. */
const RUN = 'trainctl:run';

/** EC2's limit of a tag's value, in characters. */
const MAX_VALUE = 256;

/**
 * A run's id in characters that EC2's tags, their filters and its XML take as they are. Ids of these alone are themselves; each byte of
 * any other character, and of `=`, is `=` and two hex digits.
 */
export function plainId(id: string): string {
  return id.replace(/[^A-Za-z0-9._:/+@-]/gu, (char) =>
    (char.charCodeAt(0) < 0x80 ? `%${char.charCodeAt(0).toString(16).padStart(2, '0')}` : encodeURIComponent(char))
      .toUpperCase()
      .replaceAll('%', '='),
  );
}

/** The tags that name a run by its id: one, or of a very long id up to twelve. */
export function runIdTags(id: string): Record<string, string> {
  const parts = plainId(id).match(new RegExp(`.{1,${MAX_VALUE}}`, 'g')) ?? [];
  return Object.fromEntries(parts.map((part, i) => [i === 0 ? RUN : `${RUN}-${i + 1}`, part]));
}

/** The id that a resource's tags name; undefined when they name none. */
export function taggedRunId(tags: Record<string, string>): string | undefined {
  let text = tags[RUN] ?? '';
  for (let i = 2; tags[`${RUN}-${i}`]; i++) text += tags[`${RUN}-${i}`];
  try {
    const id = decodeURIComponent(text.replaceAll('%', '%25').replaceAll('=', '%'));
    return isRunId(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** A beginning of the id for places where people read, and nothing else may stand. */
export function briefId(id: string): string {
  const plain = plainId(id);
  return plain.length <= 200 ? plain : `${plain.slice(0, 197)}...`;
}
