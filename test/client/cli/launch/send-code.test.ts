import { confirmSize } from '../../../../client/cli/launch/send-code';

it('refuses in a pipe to send more than 500 MB, which it would have to ask about', async () => {
  const nothing = { files: [], folders: [], largest: [], skipped: [], credentials: [], warnings: [] };
  const selection = { dir: '/', source: 'folder' as const, ...nothing };
  const large = { ...selection, totalBytes: 500_000_001 };
  await expect(confirmSize(large)).rejects.toMatchObject({ exitCode: 2, next: expect.stringContaining('--yes') });
  await confirmSize(large, true);
  await confirmSize({ ...selection, totalBytes: 500_000_000 });
});
