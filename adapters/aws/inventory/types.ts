import type { CallOptions } from '../call-options';
import type { OpenPartUpload } from '../s3/part-uploads-types';

/** Tags that all must be there; a value is one value, or what values begin with. */
export type TagQuery = Readonly<Record<string, string | { startsWith: string }>>;

/** Something in an account that costs money, or that somebody must take away. */
export interface TaggedResource {
  /** As EC2 names types of resources: `instance`, `volume`, `spot-instances-request`, `network-interface`, … */
  kind: string;
  id: string;
  /** In EC2's word, where the kind has states. */
  state?: string;
  tags: Record<string, string>;
}

/** What is there, of whatever kind: for whoever must know that nothing is left. It changes nothing. */
export interface Inventory {
  /**
   * Everything in the region that carries the tags and is not gone: instances that are not terminated, spot requests that may still
   * launch, all volumes, snapshots, key pairs, security groups, network interfaces (also those of such instances, which have no tags), and
   * of other kinds whatever EC2 shows a tag of.
   */
  tagged(query: TagQuery, options?: CallOptions): Promise<TaggedResource[]>;
  /** Uploads in parts of keys that begin so, neither completed nor aborted. Of the installation's bucket. */
  openUploads(prefix: string, options?: CallOptions): Promise<OpenPartUpload[]>;
  /** Ends idle connections. */
  close(): void;
}
