import { ACCOUNT_ID } from '../../catalog/network';
import { newId } from '../../state/ids';
import type { Snapshot } from '../../state/resources';
import { type Actions, type Body, type Call, VOID } from '../action';
import { applyFilters, type FilterTable, tagged } from '../filters';
import { findAll } from '../lookup';
import { page, seqKey } from '../paging';
import { Ec2Error } from '../protocol/errors';
import { renderTags } from '../render/instance';
import { readTagSpecification } from '../tags';

/** EC2 copies the blocks in the background; a small disk of its takes about so long. */
const COPIES_FOR_MS = 1000;

const statusOf = (snapshot: Snapshot): 'pending' | 'completed' =>
  snapshot.completeTime.getTime() > Date.now() ? 'pending' : 'completed';

const FILTERS: FilterTable<Snapshot> = tagged({
  description: (s) => s.description,
  encrypted: (s) => s.encrypted,
  'owner-id': () => ACCOUNT_ID,
  progress: (s) => (statusOf(s) === 'completed' ? '100%' : '0%'),
  'snapshot-id': (s) => s.id,
  'start-time': (s) => s.startTime,
  status: statusOf,
  'volume-id': (s) => s.volumeId,
  'volume-size': (s) => s.sizeGiB,
});

/** Those of this account alone: no other shares any. */
function describeSnapshots({ cloud, params }: Call): Body {
  const owners = params.list('Owner');
  const ours = owners.length === 0 || owners.some((owner) => owner === 'self' || owner === ACCOUNT_ID);
  const all = ours ? [...cloud.store.snapshots.values()] : [];
  const ids = params.list('SnapshotId');
  const named = ids.length > 0 ? findAll('snapshot', ids, (id) => cloud.store.snapshots.get(id)) : all;
  const found = applyFilters(params, FILTERS, named);
  const { items, nextToken } = page(params, 'snapshots', found, (s) => seqKey(s.seq), ids.length > 0);
  return { snapshotSet: items.map(render), nextToken };
}

const render = (snapshot: Snapshot): Body => ({
  snapshotId: snapshot.id,
  volumeId: snapshot.volumeId,
  status: statusOf(snapshot),
  startTime: snapshot.startTime,
  completionTime: statusOf(snapshot) === 'completed' ? snapshot.completeTime : undefined,
  progress: statusOf(snapshot) === 'completed' ? '100%' : '0%',
  ownerId: ACCOUNT_ID,
  volumeSize: snapshot.sizeGiB,
  description: snapshot.description,
  encrypted: snapshot.encrypted,
  storageTier: 'standard',
  tagSet: snapshot.tags.size > 0 ? renderTags(snapshot.tags) : undefined,
});

/** So many may be pending of one volume at a time. */
const MAX_PENDING = 5;

function createSnapshot(call: Call): Body {
  const { cloud, params } = call;
  const { store } = cloud;
  const [volume] = findAll('volume', [params.required('VolumeId')], (id) => store.volumes.get(id));
  if (!volume) throw new Ec2Error('InvalidVolume.NotFound', 'The volume does not exist.');
  const tags = readTagSpecification(params, 'snapshot');
  const pending = [...store.snapshots.values()].filter((s) => s.volumeId === volume.id && statusOf(s) === 'pending');
  if (pending.length >= MAX_PENDING) {
    throw new Ec2Error(
      'ConcurrentSnapshotLimitExceeded',
      'Maximum allowed in-progress snapshots for a single volume exceeded.',
    );
  }
  call.proceed();
  const startTime = new Date();
  const snapshot: Snapshot = {
    id: newId('snapshot'),
    seq: store.nextSeq(),
    volumeId: volume.id,
    sizeGiB: volume.sizeGiB,
    description: params.string('Description') ?? '',
    encrypted: volume.encrypted,
    startTime,
    completeTime: new Date(startTime.getTime() + COPIES_FOR_MS),
    tags,
  };
  store.snapshots.set(snapshot.id, snapshot);
  return render(snapshot);
}

function deleteSnapshot(call: Call): Body {
  const { cloud, params } = call;
  const id = params.required('SnapshotId');
  findAll('snapshot', [id], () => cloud.store.snapshots.get(id));
  call.proceed();
  cloud.store.snapshots.delete(id);
  return VOID;
}

export const snapshotActions: Actions = {
  DescribeSnapshots: {
    parameters: ['Filter', 'SnapshotId', 'Owner', 'RestorableBy', 'MaxResults', 'NextToken'],
    run: describeSnapshots,
  },
  CreateSnapshot: {
    parameters: ['VolumeId', 'Description', 'TagSpecification'],
    required: ['VolumeId'],
    run: createSnapshot,
  },
  DeleteSnapshot: { parameters: ['SnapshotId'], run: deleteSnapshot },
};
