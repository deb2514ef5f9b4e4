import type { Server as HttpServer } from 'node:http';
import type { Bound } from '../address';

/** How the hosts of one cloud are reached, and what they reach. */
export interface Network {
  /** Of the SSH servers, at each address that is an instance's own. */
  readonly sshPort: number;
  /** What each host reaches at 127.0.0.1, at the port where it listens. Said before the first host is made. */
  serve(api: HttpServer): void;
  /** A place for one more host. */
  join(): Promise<Place>;
  /** Gives back what is no host's own. */
  close(): void;
}

/** Where one host is, with what is its own there until it leaves. */
export interface Place {
  /** Its first address. The server accepts connections already: give it a listener at once. */
  readonly first: Bound;
  /** Before the command of each boot's first process; empty where hosts are in the network of the cloud's own process. */
  readonly enter: readonly string[];
  /** One more address at which it is reached by SSH; the first one again, at another port, where all hosts have one. */
  bind(): Promise<Bound>;
  /** Lets its metadata service listen. Answers the base URL, or undefined where it is EC2's own. */
  openImds(imds: HttpServer): Promise<string | undefined>;
  leave(): void;
}
