/** What an account has beside instances and their disks. */

export interface Snapshot {
  id: string;
  seq: number;
  volumeId: string;
  sizeGiB: number;
  description: string;
  encrypted: boolean;
  startTime: Date;
  /** Until then it is `pending`. */
  completeTime: Date;
  tags: Map<string, string>;
}

export interface KeyPair {
  id: string;
  seq: number;
  name: string;
  type: 'rsa' | 'ed25519';
  fingerprint: string;
  /** As OpenSSH writes it. */
  publicKey: string;
  createTime: Date;
  tags: Map<string, string>;
}

export interface SecurityGroup {
  id: string;
  seq: number;
  name: string;
  description: string;
  tags: Map<string, string>;
}

/** One that somebody made by itself; those of instances come and go with them. */
export interface NetworkInterface {
  id: string;
  seq: number;
  description: string;
  zone: string;
  subnetId: string;
  securityGroupIds: string[];
  macAddress: string;
  privateIp: string;
  tags: Map<string, string>;
}
