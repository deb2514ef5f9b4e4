import { closeSync, constants, openSync, readSync } from 'node:fs';
import path from 'node:path';

/** Credentials are short. */
const MAX_BYTES = 64 * 1024;

/** A program or a text may hold the words of a credential without being one, and leaving it out would break the run. */
const NEVER =
  /\.(py|pyi|pyx|ipynb|js|mjs|cjs|ts|tsx|jsx|c|h|cc|cpp|hpp|cu|cuh|go|rs|java|kt|scala|rb|php|pl|r|jl|lua|sh|bash|zsh|fish|md|rst|tex|html|css|svg|png|jpe?g|gif|npy|npz|pt|pth|bin|parquet|safetensors|gz|zip|tar)$/i;

/** Whether a file of `bytes` holds a credential, and little else: private keys, tokens of well-known tools. */
export function holdsCredential(file: string, bytes: number): boolean {
  if (bytes < 16 || bytes > MAX_BYTES || NEVER.test(file)) return false;
  return isCredential(path.basename(file), read(file, bytes));
}

/** Whether a text is a credential, by what it begins with and holds. */
export function isCredential(name: string, text: string): boolean {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  return start !== '' && SHAPES.some((shape) => shape(start, name));
}

type Shape = (text: string, name: string) => boolean;

const privateKey: Shape = (text) =>
  /^(-----BEGIN |Bag Attributes|(RSA )?Private-Key:|---- BEGIN )/.test(text) &&
  /^----[- ]BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?[- ]----/m.test(text);

const otherKey: Shape = (text) => /^PuTTY-User-Key-File-|^(#[^\n]*\n)*AGE-SECRET-KEY-1/.test(text);

/** Service accounts and logins of Google. */
const google: Shape = (text) =>
  text.startsWith('{') &&
  ((/"type"\s*:\s*"service_account"/.test(text) && /"private_key"\s*:\s*"[^"]/.test(text)) ||
    (/"type"\s*:\s*"authorized_user"/.test(text) && /"refresh_token"\s*:\s*"[^"]/.test(text)) ||
    (/"client_secret"\s*:\s*"[^"]/.test(text) && /"(installed|web)"\s*:\s*\{|"refresh_token"\s*:/.test(text)));

/** `auths` of docker and podman with a login in it. */
const docker: Shape = (text) =>
  text.startsWith('{') && /"auths"\s*:/.test(text) && /"(auth|identitytoken)"\s*:\s*"[^"]/.test(text);

/** A template has the words without the keys. */
const aws: Shape = (text) =>
  (/^([[#;]|aws_)/.test(text) &&
    /^[ \t]*aws_secret_access_key[ \t]*=[ \t]*["']?(?!x{8})[A-Za-z0-9/+=]{30,}/im.test(text)) ||
  /^"?(User name,.*)?Access key ID"?,.*Secret access key/i.test(text);

const kube: Shape = (text) =>
  /^(---|#|apiVersion:|clusters:|kind:)/.test(text) &&
  /^kind:\s*['"]?Config\b/m.test(text) &&
  /^[ \t]+(-[ \t]+)?(client-key-data|token|password):[ \t]*(?!["']?[$<{])["']?[^\s"'#]/m.test(text);

const netrc: Shape = (text) =>
  /^(#[^\n]*\n\s*)*(machine\s+\S+|default)\s/.test(text) && /\s(password|account)\s+\S/.test(text);

/** Lines of git's store, each a URL with a password. */
const gitStore: Shape = (text) =>
  text.split(/\r?\n/).every((line) => line === '' || /^https?:\/\/[^/\s:@]*:[^/\s@]+@\S+$/.test(line));

/** Tokens by what their makers begin them with. */
const TOKEN =
  '(hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\\w{30,}|glpat-[\\w-]{20,}|xox[a-z]-[\\w-]{20,}|npm_[A-Za-z0-9]{30,}|' +
  'pypi-AgE[\\w-]{30,}|sk-([A-Za-z0-9]{32,}|(proj|ant|svcacct|admin|or)-(?=[\\w-]*[A-Za-z0-9]{20})[\\w-]{20,})|wandb_v1_\\w{20,})';
const ALONE = new RegExp(`^${TOKEN}\\s*$`);
const ASSIGNED = new RegExp(`^(export )?\\w+[ \\t]*=[ \\t]*["']?${TOKEN}["']?\\s*$`, 'm');

/** A token and nothing else, as tools and people keep them in a file of its own, or in one of variables (`prod.env`). */
const token: Shape = (text, name) => ALONE.test(text) || (name.endsWith('.env') && ASSIGNED.test(text));

/** Package managers keep tokens among other settings; `${NPM_TOKEN}` is none, nor is an empty one. */
const packages: Shape = (text, name) => {
  if (/^\.?npmrc$|^\.yarnrc(\.yml)?$/.test(name)) {
    return /^[^#;\n]*(_authToken|_auth|_password|npmAuthToken|npmAuthIdent)["']?[ \t]*[=:][ \t]*(?!["']?\$\{)["']?[^\s"']/m.test(
      text,
    );
  }
  if (/^pip\.(conf|ini)$|^\.?condarc$/.test(name)) return /:\/\/[^/\s:@]*:(?!\$\{)[^/\s@]+@/.test(text);
  return false;
};

const SHAPES: readonly Shape[] = [privateKey, otherKey, google, docker, aws, kube, netrc, gitStore, token, packages];

/** What cannot be read is found out when it is packed. */
function read(file: string, bytes: number): string {
  let fd: number;
  try {
    // A file that has become a link or a pipe since must not lead elsewhere, nor block.
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return '';
  }
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, bytes, 0));
  } catch {
    return '';
  } finally {
    closeSync(fd);
  }
}
