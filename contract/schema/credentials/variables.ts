/**
 * A variable of the shell by whose name its value is secret. In capitals, as these are written: `pad_token=…` is a setting of a program
 * (`model.pad_token=…`, `+x=…`). The tokens of a vocabulary are no secrets. The value ends where a shell ends it: a path or an address is none.
 */
const VARIABLE =
  /(?<![\w.+-])(?!(\w*_)?(PAD|EOS|BOS|UNK|MASK|SEP|CLS|IMAGE|AUDIO|VIDEO|STOP)_TOKEN=)\w*(TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|SECRET_KEY|ACCESS_KEY)=["']?([\w+-]{20,})={0,2}(?=["'\s;&|,)`\\]|$)/g;

/** A stretch without a break that is as long as no word, of letters and digits. */
const random = (part: string): boolean => part.length >= 20 && /\d/.test(part) && /[A-Za-z]/.test(part);

/** The values of a text's variables that are secret by their names and random by their looks: `run_5_of_the_token` is a name. */
export function credentialVariables(text: string): string[] {
  const values = [...text.matchAll(VARIABLE)].map(([, , , , value = '']) => value);
  return values.filter((value) => value.split(/[_-]/).some(random));
}
