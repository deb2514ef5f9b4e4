/** What somebody asked of ssh: its own options, and a command for the host. */
export interface Asked {
  options: string[];
  command: string[];
  /** The letters of the options, without their values. */
  letters: string;
}

/** Options of ssh(1) that take the rest of their word, or the next one, as their value. */
const WITH_VALUE = /[BbcDEeFIiJLlmOoPpQRSWw]/;

/** Reads them as ssh does: `-NL 1:b:2 ls -l` is two options, of which one has a value, and a command. */
export function readOptions(words: readonly string[]): Asked {
  let letters = '';
  let i = 0;
  for (; i < words.length && words[i]?.startsWith('-'); i += 1) {
    const word = words[i] ?? '';
    for (let at = 1; at < word.length; at += 1) {
      const letter = word.charAt(at);
      letters += letter;
      if (!WITH_VALUE.test(letter)) continue;
      if (at === word.length - 1) i += 1;
      break;
    }
  }
  return { options: words.slice(0, i), command: words.slice(i), letters };
}
