import type { Volume } from '../../state/model';
import type { Actions, Body, Call } from '../action';
import { applyFilters, type FilterTable, tagged } from '../filters';
import { findAll } from '../lookup';
import { page, seqKey } from '../paging';
import { Ec2Error } from '../protocol/errors';
import { renderTags } from '../render/instance';

const FILTERS: FilterTable<Volume> = tagged({
  'attachment.attach-time': (v) => v.attachment?.attachTime,
  'attachment.delete-on-termination': (v) => v.attachment?.deleteOnTermination,
  'attachment.device': (v) => v.attachment?.deviceName,
  'attachment.instance-id': (v) => v.attachment?.instanceId,
  'attachment.status': (v) => v.attachment?.state,
  'availability-zone': (v) => v.zone,
  'create-time': (v) => v.createTime,
  encrypted: (v) => v.encrypted,
  size: (v) => v.sizeGiB,
  'snapshot-id': (v) => v.snapshotId,
  status: (v) => v.state,
  'volume-id': (v) => v.id,
  'volume-type': (v) => v.type,
});

function describeVolumes({ cloud, params }: Call): Body {
  const ids = params.list('VolumeId');
  const visible = [...cloud.store.volumes.values()].filter((v) => cloud.store.isVisible(v.attachment?.instanceId));
  const named = ids.length > 0 ? findAll('volume', ids, (id) => visible.find((v) => v.id === id)) : visible;
  const found = applyFilters(params, FILTERS, named);
  const { items, nextToken } = page(params, 'volumes', found, (v) => seqKey(v.seq), ids.length > 0);
  return { volumeSet: items.map(renderVolume), nextToken };
}

function renderVolume(volume: Volume): Body {
  const { attachment } = volume;
  return {
    volumeId: volume.id,
    size: volume.sizeGiB,
    snapshotId: volume.snapshotId ?? '',
    availabilityZone: volume.zone,
    status: volume.state,
    createTime: volume.createTime,
    attachmentSet: attachment
      ? [
          {
            volumeId: volume.id,
            instanceId: attachment.instanceId,
            device: attachment.deviceName,
            status: attachment.state,
            attachTime: attachment.attachTime,
            deleteOnTermination: attachment.deleteOnTermination,
          },
        ]
      : [],
    tagSet: volume.tags.size > 0 ? renderTags(volume.tags) : undefined,
    volumeType: volume.type,
    iops: volume.iops,
    throughput: volume.throughput,
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKeyId,
    multiAttachEnabled: false,
  };
}

/** A disk that outlived its instance (DeleteOnTermination false) can be removed; one that is attached cannot. */
function deleteVolume(call: Call): Body {
  const { cloud, params } = call;
  const [volume] = findAll('volume', [params.required('VolumeId')], (id) => cloud.store.volumes.get(id));
  if (volume?.attachment) {
    throw new Ec2Error('VolumeInUse', `Volume ${volume.id} is currently attached to ${volume.attachment.instanceId}`);
  }
  call.proceed();
  if (volume) cloud.store.volumes.delete(volume.id);
  return { return: true };
}

export const volumeActions: Actions = {
  DescribeVolumes: { parameters: ['Filter', 'VolumeId', 'MaxResults', 'NextToken'], run: describeVolumes },
  DeleteVolume: { parameters: ['VolumeId'], run: deleteVolume },
};
