import { type FetchRequest, hostDir, type TrainingActivities } from '../../contract';
import { askAgent } from '../host';
import { type ActivityDeps, bytesInWords, countInWords, type SpecStore, secondsInWords, withHeartbeat } from '../step';
import { listInput } from './inputs';

/** Lists what the spec's inputs name, and lets the host fetch it by presigned URLs. */
export function createFetchInputs(deps: ActivityDeps, specs: SpecStore): TrainingActivities['fetchInputs'] {
  return ({ host, lease }) =>
    withHeartbeat(async (beat) => {
      const { spec } = await specs.read(host.node, beat.signal);
      if (spec.inputs.length === 0) return { did: false, detail: 'no inputs' };
      const inputs: FetchRequest['inputs'] = [];
      for (const input of spec.inputs) {
        beat.say(`listing ${input.from}`);
        inputs.push({ to: input.to, files: await listInput(deps.store, input, beat.signal) });
      }
      const dir = hostDir(host.node.runKey, host.node.attempt, host.node.node);
      const request: FetchRequest = { dir, inputs, held: true };
      const done = await askAgent(deps, {
        host,
        verb: 'fetch',
        request,
        beat,
        lease,
        what: 'fetching inputs failed',
      });
      return {
        did: true,
        detail: `${countInWords(done.files, 'file')}, ${bytesInWords(done.bytes)} in ${secondsInWords(done.seconds)}`,
      };
    });
}
