/** Why something that a command wrote is no output of its run. */
export type NotKeptWhy =
  /** It is over `outputs.limit`. */
  | 'limit'
  /** There are too many files: 200,000 of what no output names are kept. */
  | 'many'
  /** A pattern of `.trainctlignore` or `.gitignore` names it. */
  | 'ignored'
  /** It lies where an input was fetched to, and was there before the command. */
  | 'input'
  /** The spec names outputs, and this is none of them. */
  | 'unnamed';

/** What a command wrote that went with its host: all of it counted, the largest of it named. */
export interface NotKept {
  files: number;
  bytes: number;
  /** At most 8, the largest first. A folder, whose path ends in `/`, stands for all that is in it. */
  named: { path: string; files: number; bytes: number; why: NotKeptWhy }[];
}
