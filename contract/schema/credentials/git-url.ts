import { credentialIn } from './looks';

const FORMS = 'must be an https:// or ssh:// URL, or user@host:path';

/**
 * What is wrong with the address of a repository; undefined: workers may fetch from it. They fetch by https and ssh, with the
 * credentials of their own git.
 */
export function gitUrlFault(url: string): string | undefined {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(url) ?? [];
  const login = decoded(/^([^/?#]*)@/.exec(rest)?.[1]);
  if (/^https?$/.test(scheme) && login !== undefined && (login.includes(':') || isToken(login))) {
    return `holds ${login.includes(':') ? 'a password' : 'a user, which may be a token'}: a spec is stored and shown; leave out what stands before the @ (the workers' git has credentials of its own), or use a snapshot`;
  }
  if (scheme === 'ssh' && login?.includes(':')) {
    return 'holds a password: a spec is stored and shown; use a deploy key or a snapshot';
  }
  const found = credentialIn(url);
  if (found !== undefined) return `holds what looks like ${found}: a spec is stored and shown; leave it out`;
  const key = SECRET_KEY.exec(url)?.[1];
  if (key !== undefined)
    return `holds a value of ${key}, which may be a secret: a spec is stored and shown; leave it out`;
  if (scheme === 'http') return 'is not encrypted, and workers fetch no code by http: try https://';
  if (/^(https|ssh):\/\/[^-\s][^\s]*$/.test(url)) {
    return URL.canParse(url) && new URL(url).hostname !== '' && /[^/]/.test(new URL(url).pathname) ? undefined : FORMS;
  }
  return /^[\w.-]+@[\w][\w.-]*:[^-\s][^\s]*$/.test(url) && !url.startsWith('-') ? undefined : FORMS;
}

/** Whatever its length: no repository is found by such a part of a query. */
const SECRET_KEY =
  /[?&#;]([\w.-]*(?:token|secret|passw|pwd|credential|auth|api[_-]?key|private[_-]?key|signature)[\w.-]*)=[^&#;\s]/i;

/** As git reads a login: `%3A` in it is a colon. */
function decoded(login: string | undefined): string | undefined {
  try {
    return login === undefined ? undefined : decodeURIComponent(login);
  } catch {
    return login;
  }
}

/** Sites offer addresses with a name to copy (`https://me@bitbucket.org/…`); a token is no name. */
const isToken = (user: string): boolean => credentialIn(user) !== undefined || (user.length >= 20 && /\d/.test(user));
