import ignore, { type Ignore } from 'ignore';
import { namesCredential } from './credentials';

// git follows the file system, and so does this.
const options = { ignorecase: process.platform === 'darwin' || process.platform === 'win32' };

/** Left out of folders that are not under git, unless .trainctlignore takes them in again. */
const DEFAULT_SKIPS = ['.venv/', 'wandb/', '__pycache__/', 'node_modules/'];

const defaults = ignore(options).add(DEFAULT_SKIPS);

export type Verdict =
  /** `again`: .trainctlignore takes in what other rules leave out, and with it everything in it. */
  { in: true; again: boolean } | { in: false };

/**
 * The rules that hold in one folder: every ignore file from the top down to it, a deeper one after a higher one. Patterns are
 * rewritten to start at the top, so that the last one to match decides, across files as within one.
 */
export class Rules {
  private constructor(
    private readonly git: Ignore,
    private readonly own: Ignore,
    /** What .trainctlignore takes in again by a name; `!*` names nothing. */
    private readonly named: Ignore,
    /** Inside a folder that .trainctlignore took in again, only .trainctlignore counts. */
    private readonly onlyOwn: boolean,
  ) {}

  /** Rules of a folder outside git. */
  static folder(): Rules {
    return new Rules(ignore(options), ignore(options), ignore(options), false);
  }

  /** Rules on top of what git has chosen already. */
  static onTopOfGit(): Rules {
    return new Rules(ignore(options), ignore(options), ignore(options), true);
  }

  /** The rules inside `dir` (`a/b`; empty for the top), with the text of its ignore files. */
  inside(dir: string, texts: { gitignore?: string | undefined; trainctlignore?: string | undefined }): Rules {
    const extend = (base: Ignore, text: string | undefined): Ignore =>
      text === undefined ? base : ignore(options).add(base).add(anchored(text, dir));
    return new Rules(
      this.onlyOwn ? this.git : extend(this.git, texts.gitignore),
      extend(this.own, texts.trainctlignore),
      extend(this.named, texts.trainctlignore?.split('\n').filter(namesSomething).join('\n')),
      this.onlyOwn,
    );
  }

  /** The rules below a folder that came in again. */
  takenInAgain(): Rules {
    return new Rules(this.git, this.own, this.named, true);
  }

  /** What becomes of `path` (relative to the top; a folder ends in `/`), whose parents are all in. */
  of(path: string): Verdict {
    const own = this.own.test(path);
    if (own.ignored) return { in: false };
    const others = !this.onlyOwn && (defaults.ignores(path) || this.git.ignores(path));
    if (own.unignored) return { in: true, again: others };
    return others ? { in: false } : { in: true, again: false };
  }

  /** Whether .trainctlignore names `path` with a `!`. */
  asksFor(path: string): boolean {
    return this.own.test(path).unignored;
  }

  /**
   * Whether .trainctlignore names `path` with a `!` and more than wildcards. A folder of credentials, such as `!.aws/`, is named
   * with all that is in it; `!data/` is not a word about a key in data.
   */
  asksByName(path: string): boolean {
    const parts = path.replace(/\/$/, '').split('/');
    const above = parts.slice(0, -1).map((_, i) => `${parts.slice(0, i + 1).join('/')}/`);
    return [...above.filter(namesCredential), path].some((one) => this.named.test(one).unignored);
  }
}

const namesSomething = (line: string): boolean => /^!.*[\p{L}\p{N}]/u.test(line);

/** The patterns of an ignore file in `dir`, as patterns of the top folder. */
export function anchored(text: string, dir: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (dir === '') return lines;
  const prefix = `/${dir.replace(/[\\*?[\]]/g, '\\$&')}/`;
  return lines.flatMap((line) => {
    if (line === '' || line.startsWith('#')) return [];
    const negated = line.startsWith('!');
    const pattern = negated ? line.slice(1) : line;
    // Unescaped spaces at the end do not count, and must not hide a slash.
    const bare = pattern.replace(/(?<!\\) +$/, '');
    if (bare === '' || bare === '/') return [];
    // Only a slash before the end binds a pattern to its own folder. `\#` and `\!` need their escape only at the start.
    const bound = bare.slice(0, -1).includes('/');
    const rest = bare.replace(/^\//, '').replace(/^\\([#!])/, '$1');
    return [`${negated ? '!' : ''}${prefix}${bound ? '' : '**/'}${rest}`];
  });
}
