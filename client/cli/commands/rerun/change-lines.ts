import { commitText } from '../../shared/commit-text';
import type { Renderer } from '../../terminal/renderer';
import { plain } from '../../terminal/text';
import type { Changes, SpecChange } from './changes';

/** How many names of files are said. */
const SAID = 5;

/** Files that say what is installed. */
const REQUIREMENTS =
  /(^|\/)(requirements[^/]*\.(txt|in)|pyproject\.toml|uv\.lock|poetry\.lock|setup\.(py|cfg)|Pipfile(\.lock)?|environment\.ya?ml)$/;

/** What a repetition would change, for people. */
export function changeLines(renderer: Pick<Renderer, 'step'>, changes: Changes): string[] {
  const { spec, code, commit, folder, installed } = changes;
  const line = (name: string, text: string): string => renderer.step('skipped', name, text);
  const lines = spec.length === 0 ? [line('spec', 'the same')] : spec.map((change) => line('spec', changeText(change)));
  if (code !== null) {
    lines.push(line('code', `the same: ${commit ? `${commitText(commit)}, ` : ''}${code.slice(0, 12)}`));
  }
  if (folder?.same) lines.push(line('folder', `has not changed since: ${plain(folder.path)}`));
  if (folder && !folder.same) lines.push(...folderLines(line, folder, commit));
  if (installed !== undefined) {
    lines.push(line('requirements', `the same, installed anew; the run had: ${plain(installed)}`));
  }
  return lines;
}

function folderLines(
  line: (name: string, text: string) => string,
  { path, commit: now, difference }: NonNullable<Changes['folder']>,
  was: Changes['commit'],
): string[] {
  const lines = [line('folder', `${plain(path)} has changed since, and is not sent (trainctl run sends it)`)];
  if (now && now.sha !== was?.sha) lines.push(line('commit', `the folder is at ${commitText(now)}`));
  if (!difference) return lines;
  const { added, removed, changed } = difference;
  const names = [...changed, ...added.map((name) => `+${name}`), ...removed.map((name) => `-${name}`)];
  const more = names.length > SAID ? ` and ${names.length - SAID} more` : '';
  lines.push(line('differs', `${names.slice(0, SAID).map(plain).join(', ')}${more}`));
  const requirements = names.filter((name) => REQUIREMENTS.test(name.replace(/^[+-]/, '')));
  if (requirements.length > 0) {
    lines.push(
      line('requirements', `of the folder are others now: ${requirements.slice(0, SAID).map(plain).join(', ')}`),
    );
  }
  return lines;
}

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return plain(text.length > 60 ? `${text.slice(0, 59)}…` : text);
};

/** One change, in a line. */
export function changeText({ path, from, to }: SpecChange): string {
  if (from === undefined) return `${plain(path)} ${shown(to)} (was not there)`;
  if (to === undefined) return `${plain(path)} is left out (was ${shown(from)})`;
  return `${plain(path)} ${shown(from)} → ${shown(to)}`;
}
