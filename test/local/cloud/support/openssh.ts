import { noOpenSsh } from './no-openssh';

export const whereOpenSsh = noOpenSsh === undefined ? describe : describe.skip;

/** For describe.each: what hosts may run, by its name and the reason why it is left out. */
export const SSH_SERVERS: [title: string, sshServer: string, runs: jest.Describe][] = [
  ['ssh2', 'ssh2', describe],
  [noOpenSsh === undefined ? 'openssh' : `openssh, left out: ${noOpenSsh}`, 'openssh', whereOpenSsh],
];
