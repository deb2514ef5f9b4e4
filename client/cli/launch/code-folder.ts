import { readdirSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where systems keep the homes of people, whose they may be. */
const HOMES = /^(\/root|\/(home|Users|export\/home|var\/home)(\/[^/]+)?|[A-Za-z]:\\Users(\\[^\\]+)?)$/;

/** What lies in homes, and hardly anywhere else. */
const OF_HOMES =
  /^\.(ssh|aws|kube|docker|gnupg|netrc|npmrc|pypirc|gitconfig|git-credentials|bashrc|bash_profile|bash_history|profile|zshrc|zsh_history|python_history)$/;

/** Whether a folder is somebody's home, holds the home of whoever asks, or is the root of a disk. */
export function isHomeOrRoot(dir: string): boolean {
  const real = realOf(dir);
  if (real === path.parse(real).root || HOMES.test(real)) return true;
  const home = realOf(os.homedir());
  const known = systemHome();
  if (real === known || [home, known].some((one) => one.startsWith(`${real}${path.sep}`))) return true;
  // HOME may be set to any folder for want of another.
  return real === home && namesIn(real).some((name) => OF_HOMES.test(name));
}

/** The home that the system knows; empty in containers that run as a user whom it does not know. */
function systemHome(): string {
  try {
    return realOf(os.userInfo().homedir);
  } catch {
    return '';
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function realOf(dir: string): string {
  try {
    return realpathSync(dir);
  } catch {
    return path.resolve(dir);
  }
}
