import { LOGIN_USER } from '../../environment';

export interface SshdFiles {
  hostKey: string;
  authorizedKeys: string;
}

/**
 * sshd's whole configuration: keys of the cloud-config only, no PAM, and nothing of the machine's own /etc/ssh. What is not
 * said here is OpenSSH's default, as on an instance (10 sessions to a connection, for one).
 */
export function sshdConfig(files: SshdFiles, environment: Record<string, string>): string {
  return `${[
    `HostKey ${quote(files.hostKey)}`,
    `AuthorizedKeysFile ${quote(files.authorizedKeys.replaceAll('%', '%%'))}`,
    // It lies outside the host's root, where nobody else writes.
    'StrictModes no',
    `AllowUsers ${LOGIN_USER}`,
    'AuthenticationMethods publickey',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'UseDNS no',
    'PidFile none',
    'PrintMotd no',
    'PrintLastLog no',
    'PermitUserRC no',
    'AllowAgentForwarding no',
    'X11Forwarding no',
    'AllowStreamLocalForwarding no',
    'AllowTcpForwarding local',
    'AcceptEnv LANG LC_*',
    'Subsystem sftp internal-sftp',
    // One line: sshd heeds only the first.
    `SetEnv ${Object.entries(environment).filter(isOneLine).map(pair).join(' ')}`,
  ].join('\n')}\n`;
}

const isOneLine = ([, value]: [string, string]): boolean => !/[\r\n]/.test(value);
const pair = ([name, value]: [string, string]): string => quote(`${name}=${value}`);
const quote = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
