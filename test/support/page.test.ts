import { withSection } from './page';

it('puts a section into the page, in place of the last one', () => {
  const once = withSection('# Page\n\n## First\n\nText.\n', 'Own', 'One.\n');
  expect(once).toBe('# Page\n\n## First\n\nText.\n\n## Own\n\nOne.\n');
  const twice = withSection(`${once}\n## Last\n\nMore.\n`, 'Own', 'Two.\n');
  expect(twice).toBe('# Page\n\n## First\n\nText.\n\n## Own\n\nTwo.\n\n## Last\n\nMore.\n');
});
