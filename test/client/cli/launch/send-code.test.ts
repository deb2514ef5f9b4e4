import { confirmSize } from '../../../../client/cli/launch/send-code';

it('refuses in a pipe to send more than 500 MB, which it would have to ask about', async () => {
  const selection = { dir: '/', source: 'folder' as const, files: [], largest: [], skipped: [], warnings: [] };
  await expect(confirmSize({ ...selection, totalBytes: 500_000_001 })).rejects.toMatchObject({ exitCode: 2 });
  await confirmSize({ ...selection, totalBytes: 500_000_000 });
});
