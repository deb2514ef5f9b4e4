import { chooseImage } from '../../../activities/resolve/image';
import { isGpuType } from '../../../contract';

test('GPU types are told by their family', () => {
  expect(['g5.xlarge', 'p4d.24xlarge', 'g4dn.xlarge'].every(isGpuType)).toBe(true);
  expect(['c7g.large', 't3.micro', 'm5.large'].some(isGpuType)).toBe(false);
  const images = { cpu: 'C', gpu: 'G' };
  expect(chooseImage('auto', ['g5.xlarge'], images)).toEqual({ imageId: 'G' });
  expect(chooseImage('auto', ['c5.large'], images)).toEqual({ imageId: 'C' });
  expect(chooseImage('ami-1', ['g5.xlarge', 'c5.large'], images)).toEqual({ imageId: 'ami-1' });
  expect(chooseImage('auto', ['g5.xlarge', 'c5.large'], images)).toEqual({
    fault: expect.stringContaining('resources.ami'),
  });
});
