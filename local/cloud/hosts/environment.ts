import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { MARKER_NAME } from './init-process';

export const LOGIN_USER = 'ubuntu';

/**
 * What a host may know of the machine that it runs on: package managers' settings, proxies and certificates. Everything
 * else (credentials above all) stays with the cloud's own process.
 */
const PASSED =
  /^(PIP_|UV_|(HTTPS?|NO|ALL)_PROXY$|SSL_CERT_|NIX_SSL_CERT_FILE$|REQUESTS_CA_BUNDLE$|CURL_CA_BUNDLE$|GIT_SSL_CAINFO$|LANG$|LC_|TZ$)/i;
/** Package managers' own credentials are no business of training code. */
const REFUSED = /PASSWORD|TOKEN|SECRET|PUBLISH/i;

export interface HostFolders {
  root: string;
  home: string;
  shims: string;
  /** Shared by the hosts of one cloud, as a mirror near an instance would be. */
  cache: string;
}

/**
 * The environment of everything that runs on a host.
 * @param imdsUrl - undefined where the metadata service is at its real address, which needs no word
 */
export function hostEnvironment(
  folders: HostFolders,
  python: string,
  imdsUrl: string | undefined,
  marker: string,
): Record<string, string> {
  const passed = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED.test(entry[0]) && !REFUSED.test(entry[0]),
  );
  const searched = (process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(':');
  const kept = searched.filter((folder) => path.isAbsolute(folder) && !folder.includes('/node_modules/'));
  const temporary = path.join(folders.root, 'tmp');
  return {
    LANG: 'C.UTF-8',
    PIP_CACHE_DIR: path.join(folders.cache, 'pip'),
    UV_CACHE_DIR: path.join(folders.cache, 'uv'),
    ...userConfig(),
    ...Object.fromEntries(passed),
    PATH: [folders.shims, path.dirname(python), ...kept].join(':'),
    HOME: folders.home,
    USER: LOGIN_USER,
    LOGNAME: LOGIN_USER,
    SHELL: '/bin/bash',
    // Unix sockets below a temporary folder have 108 bytes for their whole path.
    ...(temporary.length <= 70 ? { TMPDIR: temporary } : {}),
    ...(imdsUrl === undefined ? {} : { AWS_EC2_METADATA_SERVICE_ENDPOINT: imdsUrl }),
    TRAINCTL_HOST_ROOT: folders.root,
    [MARKER_NAME]: marker,
  };
}

/** Settings files that pip and uv look for below HOME, which is another one on a host. */
function userConfig(): Record<string, string> {
  const files: [variable: string, ...candidates: string[]][] = [
    ['PIP_CONFIG_FILE', '.config/pip/pip.conf', '.pip/pip.conf'],
    ['UV_CONFIG_FILE', '.config/uv/uv.toml'],
  ];
  const found: Record<string, string> = {};
  for (const [variable, ...candidates] of files) {
    const file = candidates.map((name) => path.join(homedir(), name)).find((name) => existsSync(name));
    if (file) found[variable] = file;
  }
  return found;
}
