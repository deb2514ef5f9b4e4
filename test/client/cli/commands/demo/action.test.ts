import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoSettings } from '../../../../../client/cli/commands/demo/action';
import type { StackState } from '../../../../../contract';

it('keeps the demo on its own servers, whatever the shell names', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'trainctl-demo-'));
  try {
    const state = { temporal: { address: '127.0.0.1:7777', namespace: 'default', uiUrl: 'http://127.0.0.1:8888' } };
    const settings = demoSettings(
      {
        TRAINCTL_HOME: home,
        TRAINCTL_CLOUD: 'aws',
        TRAINCTL_BUCKET: 'paid',
        TEMPORAL_ADDRESS: 'prod:7233',
        TEMPORAL_API_KEY: 'key',
        AWS_ACCESS_KEY_ID: 'AKIA',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_PROFILE: 'prod',
      },
      state as StackState,
    );
    expect(settings).toMatchObject({ cloud: 'local', temporal: { address: '127.0.0.1:7777' } });
    expect(settings.temporal.apiKey).toBeUndefined();
    expect(settings.credentials).toBeUndefined();
    expect(settings.bucket).not.toBe('paid');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
