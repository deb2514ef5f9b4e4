import { parseRunSpec } from '../../../contract/schema';
import { faultsOf } from './support';

const object = (to: string) => ({ from: 's3://bucket/k/file', to });
const prefix = (to: string) => ({ from: 's3://bucket/k/', to });

test('one file cannot be where a folder has to be', () => {
  expect(faultsOf({ inputs: [object('checkpoints')] })).toEqual([
    'inputs[0].to: "checkpoints" is a file, and is checkpoints.dir, a folder; to put it into the folder, write "checkpoints/"',
  ]);
  expect(faultsOf({ checkpoints: { dir: './run//ck/' }, inputs: [object('run')] })).toEqual([
    'inputs[0].to: "run" is a file, and is above checkpoints.dir, "run/ck", a folder; give one of them another place',
  ]);
  expect(faultsOf({ inputs: [object('data'), object('data/x/y'), prefix('data/')] })).toEqual([
    'inputs[1].to: "data/x/y" lies in "data", which is a file: inputs[0] brings it; give one of them another place',
    'inputs[2].to: "data" is where inputs[0] goes too',
  ]);
  expect(faultsOf({ inputs: [prefix('data/more/'), object('data')] })).toEqual([
    'inputs[1].to: "data" is a file, and inputs[0] goes to "data/more", inside it; give one of them another place',
  ]);
});

test('folders may lie in each other: what they hold has an order of precedence', () => {
  const places = [
    { inputs: [object('checkpoints/state.json'), prefix('checkpoints/'), prefix('checkpoints/pretrained/')] },
    { inputs: [prefix('run/'), object('run/ck/'), object('data'), object('data2')], checkpoints: { dir: 'run/ck' } },
    { inputs: [prefix('data/'), prefix('data/'), prefix('data/more/'), object('data/x')] },
    { outputs: [{ from: 'checkpoints' }, { from: 'data' }, { from: 'outputs' }], inputs: [prefix('data/')] },
    { checkpoints: { dir: 'outputs/checkpoints' } },
  ];
  for (const input of places) {
    expect(parseRunSpec({ command: 'x', ...input }, { instanceTypes: ['m5.large'] })).toMatchObject({ ok: true });
  }
});

test('what is no place has its own fault alone', () => {
  expect(faultsOf({ inputs: [object('../checkpoints')], checkpoints: { dir: '/x' } })).toHaveLength(2);
  expect(faultsOf({ checkpoints: { dir: 7 }, inputs: [object('checkpoints')] })).toHaveLength(1);
});
