/** A command as it would be typed, in one line. */
export function commandWords(command: string | readonly string[]): string {
  if (typeof command === 'string') return command.trim().replace(/\s*\n\s*/g, '; ');
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
