/** One word for a POSIX shell, whatever it holds. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a command may not contain a NUL character');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
