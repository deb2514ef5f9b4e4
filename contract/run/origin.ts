/** Name of the memo of a run's workflow that holds its {@link RunOrigin}. */
export const ORIGIN_MEMO = 'origin';

/** Where a run was started, as its client told Temporal. Only grows; a run that was started otherwise has none. */
export interface RunOrigin {
  /** Who started it: the login name, the machine's name, and the id of the person's `$TRAINCTL_HOME`. */
  user: string;
  host: string;
  home: string;
  /** Absolute: where it was typed, where its spec lay, and the folder whose code was sent; each once. */
  folders: string[];
  /** The folder whose code was sent. */
  code?: string;
  commit?: Commit;
  /** Where the spec was read, such as `trainctl.yaml`. */
  source?: string;
  /** What was said beside the spec, by its path, such as `env.LR`. */
  said?: string[];
  /** The run that this one repeats. */
  rerunOf?: string;
  /** The Schedule that starts it. Where and by whom is then said of the making of the Schedule: nobody typed this run. */
  schedule?: string;
}

/** The state of a git work tree when its folder was sent. */
export interface Commit {
  sha: string;
  /** Absent: detached. */
  branch?: string;
  /** How many files were not as in the commit, those that git does not know included. */
  changes: number;
}
