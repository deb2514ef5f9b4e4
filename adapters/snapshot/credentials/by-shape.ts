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

const aws: Shape = (text) =>
  (/^[[#;]/.test(text) && /^\s*aws_secret_access_key\s*=\s*\S/im.test(text)) ||
  /^"?(User name,.*)?Access key ID"?,.*Secret access key/i.test(text);

const kube: Shape = (text) =>
  /^(---|#|apiVersion:|clusters:|kind:)/.test(text) &&
  /^kind:\s*['"]?Config\b/m.test(text) &&
  /^\s+-?\s*(client-key-data|token|password):\s*\S/m.test(text);

const netrc: Shape = (text) =>
  /^(#[^\n]*\n\s*)*(machine\s+\S+|default)\s/.test(text) && /\s(password|account)\s+\S/.test(text);

/** Lines of git's store, each a URL with a password. */
const gitStore: Shape = (text) =>
  text.split(/\r?\n/).every((line) => line === '' || /^https?:\/\/[^/\s:@]*:[^/\s@]+@\S+$/.test(line));

/** Package managers keep tokens among other settings; `${NPM_TOKEN}` is none. */
const packages: Shape = (text, name) => {
  if (/^\.?npmrc$|^\.yarnrc(\.yml)?$/.test(name)) {
    return /^[^#;\n]*(_authToken|_auth|_password|npmAuthToken|npmAuthIdent)["']?\s*[=:]\s*(?!["']?\$\{)["']?[^\s"']/m.test(
      text,
    );
  }
  if (/^pip\.(conf|ini)$|^\.?condarc$/.test(name)) return /:\/\/[^/\s:@]*:(?!\$\{)[^/\s@]+@/.test(text);
  return false;
};

const SHAPES: readonly Shape[] = [privateKey, otherKey, google, docker, aws, kube, netrc, gitStore, packages];

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
