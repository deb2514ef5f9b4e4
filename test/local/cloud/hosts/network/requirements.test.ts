import { type Machine, missingForNamespaces, notOfItsOwn } from '../../../../../local/cloud/hosts/network/requirements';

const fit: Machine = { platform: 'linux', uid: 0, waysOut: [], has: () => true };

test('a machine that has all of it lacks nothing', () => {
  expect(missingForNamespaces(fit)).toEqual([]);
  expect(notOfItsOwn(fit)).toBeUndefined();
});

test('all that is missing is named at once, with what to install', () => {
  expect(missingForNamespaces({ ...fit, uid: 1000, has: (program) => program !== 'ip' })).toEqual([
    'only root may make network namespaces',
    'ip is not on this machine: install iproute2',
  ]);
  expect(missingForNamespaces({ ...fit, has: () => false })).toHaveLength(3);
});

test('elsewhere than on Linux that is all there is to say', () => {
  const mac: Machine = { platform: 'darwin', uid: 501, waysOut: ['en0'], has: () => false };
  expect(missingForNamespaces(mac)).toEqual(["network namespaces are Linux's, and this is darwin"]);
});

test('a network with a way out is the machine’s, and is left alone; links of other clouds are none', () => {
  expect(notOfItsOwn({ ...fit, waysOut: ['eth0', 'docker0'] })).toMatch(
    /one of its own.* has eth0, docker0: .*unshare/,
  );
  expect(notOfItsOwn({ ...fit, waysOut: ['trainctl201', 'trainctl254'] })).toBeUndefined();
  expect(notOfItsOwn({ ...fit, waysOut: ['trainctl201', 'trainctl-vpn'] })).toMatch(/ has trainctl-vpn:/);
});
