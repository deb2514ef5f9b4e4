import { confirm } from '../../../../client/cli/terminal/ask';

it('refuses in a pipe what it would have to ask, with what to type instead', async () => {
  await expect(confirm('Start it on AWS?', 'say --yes')).rejects.toMatchObject({ code: 'usage', next: 'say --yes' });
});
