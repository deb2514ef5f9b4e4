/** Which attempts went on from which, and what did not work: what restore and retention must know beside S3. */
export interface Lineage {
  /** An attempt and the attempt whose checkpoint it was given. Whoever is not named began at the beginning. */
  resumed: [attempt: number, from: number][];
  /** Manifests of checkpoints that failed to be resumed from: no longer offered. */
  failed: string[];
  /** Attempts of a row of failed resumes that got no further than where they began: what they left is what they were given, or a piece of it. */
  fruitless: number[];
  /**
   * The instances that this execution of the run has launched, by attempt, oldest first; not those of long ago. What says that another wrote it is of an execution before a
   * reset: it is neither offered nor counted, and stays where it is. Absent: of an older workflow.
   */
  launched?: [attempt: number, instanceId: string][];
}
