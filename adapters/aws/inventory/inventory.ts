import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import type { Settings } from '../../../contract';
import { applicationId } from '../application-id';
import { type CallOptions, http } from '../call-options';
import { clientConfig, s3Config } from '../clients';
import { nameBuckets } from '../s3/bucket-names';
import { uploadsBelow } from '../s3/open-uploads';
import type { OpenPartUpload } from '../s3/part-uploads-types';
import { interfacesOf, KINDS, otherKinds } from './kinds';
import type { Inventory, TaggedResource, TagQuery } from './types';

/** Of the settings' region and bucket. Nothing is connected until the first call. */
export function createInventory(settings: Settings): Inventory {
  return new AwsInventory(settings);
}

class AwsInventory implements Inventory {
  readonly #ec2: EC2Client;
  readonly #s3: S3Client;

  constructor(private readonly settings: Settings) {
    // Only suites take stock.
    const userAgentAppId = applicationId('suite', settings);
    this.#ec2 = new EC2Client({ ...clientConfig(settings, 'ec2', settings.region), userAgentAppId });
    this.#s3 = new S3Client({
      ...s3Config(settings),
      userAgentAppId,
    });
    nameBuckets(this.#s3);
  }

  async tagged(query: TagQuery, options: CallOptions = {}): Promise<TaggedResource[]> {
    if (Object.keys(query).length === 0) throw new Error('a query without tags would read the whole account');
    const call = { client: this.#ec2, options: http(options) };
    const [shown, others] = await Promise.all([
      Promise.all(KINDS.map((kind) => kind(call, query))),
      otherKinds(call, query),
    ]);
    const found = [...shown.flat(), ...others];
    // The interface of an instance carries no tags of its own: it is found by the instance.
    const instances = found.filter(({ kind }) => kind === 'instance').map(({ id }) => id);
    const attached = await interfacesOf(call, instances);
    return [...new Map([...attached, ...found].map((one) => [`${one.kind} ${one.id}`, one])).values()];
  }

  openUploads(prefix: string, options: CallOptions = {}): Promise<OpenPartUpload[]> {
    return uploadsBelow(this.#s3, this.settings.bucket, prefix, http(options));
  }

  close(): void {
    this.#ec2.destroy();
    this.#s3.destroy();
  }
}
