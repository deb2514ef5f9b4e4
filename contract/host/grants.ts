/** A presigned GET. */
export interface Download {
  url: string;
  /** Relative path below the verb's target folder. */
  path: string;
  bytes: number;
  sha256?: string;
}

/** A presigned POST policy: any object whose key starts with `keyPrefix` may be written until `expires`. */
export interface WriteGrant {
  url: string;
  /** Form fields, in order, without `key` and `file`. */
  fields: Record<string, string>;
  keyPrefix: string;
  /** Epoch seconds. */
  expires: number;
}

/** What a node may write: its own prefix, and one grant for each output that goes elsewhere. */
export interface WriteGrants {
  node: WriteGrant;
  /** Index in `outputs` → grant. Absent: below the node's prefix, at `outputs/`. */
  outputs: Record<string, WriteGrant>;
}
