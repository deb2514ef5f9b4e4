import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

const NAMES = ['sudo', 'shutdown', 'poweroff', 'reboot', 'halt', 'init', 'telinit', 'systemctl', 'systemd-run'];

/** Commands that would reach the whole machine act on the one instance: they write a word into its power FIFO. */
const script = (fifo: string): string => `#!/bin/bash
fifo='${fifo.replaceAll("'", "'\\''")}'
say() { printf '%s\\n' "$1" > "$fifo"; }

run_sudo() {
  while [ $# -gt 0 ]; do
    case "$1" in
      --) shift; break ;;
      -u|-g|-h|-p|-C|-r|-t|-T|-U|-D|-R) shift; [ $# -gt 0 ] && shift ;;
      -*) shift ;;
      *=*) export "$1"; shift ;;
      *) break ;;
    esac
  done
  [ $# -eq 0 ] && exit 0
  exec "$@"
}

run_shutdown() {
  what=poweroff when=+1
  for word in "$@"; do
    case "$word" in
      -r|--reboot) what=reboot ;;
      -c|-k) exit 0 ;;
      now|+[0-9]*) when=$word ;;
    esac
  done
  case "$when" in
    now|+0) say "$what" ;;
    *) (sleep $((\${when#+} * 60)); say "$what") </dev/null >/dev/null 2>&1 & ;;
  esac
}

no_systemd() {
  echo "System has not been booted with systemd as init system (PID 1). Can't operate." >&2
  exit 1
}

case "\${0##*/}" in
  sudo) run_sudo "$@" ;;
  shutdown) run_shutdown "$@" ;;
  poweroff|halt) say poweroff ;;
  reboot) say reboot ;;
  init|telinit) case "$1" in 0) say poweroff ;; 6) say reboot ;; *) no_systemd ;; esac ;;
  systemctl)
    for word in "$@"; do case "$word" in poweroff|halt) say poweroff; exit ;; reboot) say reboot; exit ;; esac; done
    no_systemd ;;
  *) no_systemd ;;
esac
`;

/** Writes the shims into `folder`: one script, `sudo`, and links to it under the other names. */
export async function writeShims(folder: string, fifo: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'sudo'), script(fifo), { mode: 0o755 });
  await Promise.all(NAMES.filter((name) => name !== 'sudo').map((name) => symlink('sudo', path.join(folder, name))));
}
