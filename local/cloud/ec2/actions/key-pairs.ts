import { createHash, createPublicKey } from 'node:crypto';
import { utils } from 'ssh2';
import { newId } from '../../state/ids';
import type { KeyPair } from '../../state/resources';
import type { Actions, Body, Call } from '../action';
import { applyFilters, type FilterTable, tagged } from '../filters';
import { findAll } from '../lookup';
import { Ec2Error } from '../protocol/errors';
import { renderTags } from '../render/instance';
import { readTagSpecification } from '../tags';

const FILTERS: FilterTable<KeyPair> = tagged({
  fingerprint: (pair) => pair.fingerprint,
  'key-name': (pair) => pair.name,
  'key-pair-id': (pair) => pair.id,
});

const missing = (name: string): Ec2Error =>
  new Ec2Error('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);

function describePairs({ cloud, params }: Call): Body {
  const all = [...cloud.store.keyPairs.values()];
  const [names, ids] = [params.list('KeyName'), params.list('KeyPairId')];
  const unknown = names.find((name) => !all.some((pair) => pair.name === name));
  if (unknown !== undefined) throw missing(unknown);
  findAll('keyPair', ids, (id) => cloud.store.keyPairs.get(id));
  const named = all.filter(
    (pair) => (names.length === 0 || names.includes(pair.name)) && (ids.length === 0 || ids.includes(pair.id)),
  );
  const withKey = params.boolean('IncludePublicKey') ?? false;
  return {
    keySet: applyFilters(params, FILTERS, named).map((pair) => ({
      keyPairId: pair.id,
      keyFingerprint: pair.fingerprint,
      keyName: pair.name,
      keyType: pair.type,
      tagSet: renderTags(pair.tags),
      publicKey: withKey ? pair.publicKey : undefined,
      createTime: pair.createTime,
    })),
  };
}

function importPair(call: Call): Body {
  const { cloud, params } = call;
  const name = params.required('KeyName');
  const text = Buffer.from(params.required('PublicKeyMaterial'), 'base64').toString('utf8').trim();
  if ([...cloud.store.keyPairs.values()].some((pair) => pair.name === name)) {
    throw new Ec2Error('InvalidKeyPair.Duplicate', 'The keypair already exists');
  }
  const { type, fingerprint } = readKey(text);
  const tags = readTagSpecification(params, 'key-pair');
  call.proceed();
  const pair: KeyPair = {
    id: newId('keyPair'),
    seq: cloud.store.nextSeq(),
    name,
    type,
    fingerprint,
    publicKey: text,
    createTime: new Date(),
    tags,
  };
  cloud.store.keyPairs.set(pair.id, pair);
  return { keyFingerprint: fingerprint, keyName: name, keyPairId: pair.id, tagSet: renderTags(tags) };
}

/** Of an imported RSA key the MD5 of its DER, of an ED25519 key the SHA-256 of its SSH form. */
function readKey(text: string): Pick<KeyPair, 'type' | 'fingerprint'> {
  const parsed = utils.parseKey(text);
  if (!(parsed instanceof Error) && !parsed.isPrivateKey()) {
    if (parsed.type === 'ssh-ed25519') {
      return { type: 'ed25519', fingerprint: createHash('sha256').update(parsed.getPublicSSH()).digest('base64') };
    }
    if (parsed.type === 'ssh-rsa') {
      const der = createPublicKey(parsed.getPublicPEM()).export({ type: 'spki', format: 'der' });
      return {
        type: 'rsa',
        fingerprint: createHash('md5')
          .update(der)
          .digest('hex')
          .replace(/..(?=.)/g, '$&:'),
      };
    }
  }
  throw new Ec2Error('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
}

/** One that is not there is no error, as on EC2. */
function deletePair(call: Call): Body {
  const { cloud, params } = call;
  const { keyPairs } = cloud.store;
  const id = params.string('KeyPairId');
  const name = id === undefined ? params.required('KeyName') : undefined;
  const pair = [...keyPairs.values()].find((each) => each.id === id || each.name === name);
  call.proceed();
  if (!pair) return { return: true };
  keyPairs.delete(pair.id);
  return { return: true, keyPairId: pair.id };
}

export const keyPairActions: Actions = {
  DescribeKeyPairs: { parameters: ['Filter', 'KeyName', 'KeyPairId', 'IncludePublicKey'], run: describePairs },
  ImportKeyPair: {
    parameters: ['KeyName', 'PublicKeyMaterial', 'TagSpecification'],
    required: ['KeyName', 'PublicKeyMaterial'],
    run: importPair,
  },
  DeleteKeyPair: { parameters: ['KeyName', 'KeyPairId'], run: deletePair },
};
