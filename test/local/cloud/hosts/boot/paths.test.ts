import fc from 'fast-check';
import { below, mapCommand } from '../../../../../local/cloud/hosts/boot/paths';
import { parseUserData } from '../../../../../local/cloud/hosts/boot/user-data';

const ROOT = '/srv/host';

it('no path of a host leads out of its root', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('..', '.', 'a', '', '/', '~', 'b c')), (parts) => {
      const mapped = below(ROOT, `/${parts.join('/')}`);
      expect(mapped === ROOT || mapped.startsWith(`${ROOT}/`)).toBe(true);
    }),
  );
});

describe('commands', () => {
  const written = ['/opt/a', '/opt/a.sh', '/etc/x'];
  it.each([
    ['sh /opt/a.sh --now', 'sh /srv/host/opt/a.sh --now'],
    ['/opt/a;/opt/a.sh', '/srv/host/opt/a;/srv/host/opt/a.sh'],
    ['cat "/etc/x"', 'cat "/srv/host/etc/x"'],
    ['cat /etc/xy /my/etc/x /etc/x/y', 'cat /etc/xy /my/etc/x /etc/x/y'],
    // Already placed by the product's own prefix.
    ['cat $TRAINCTL_HOST_ROOT/etc/x', 'cat $TRAINCTL_HOST_ROOT/etc/x'],
    ['cat "$TRAINCTL_HOST_ROOT"/etc/x', 'cat "$TRAINCTL_HOST_ROOT"/etc/x'],
    [`cat "\${TRAINCTL_HOST_ROOT:-}"/etc/x`, `cat "\${TRAINCTL_HOST_ROOT:-}"/etc/x`],
    [`cat "\${TRAINCTL_HOST_ROOT:-}/etc/x"`, `cat "\${TRAINCTL_HOST_ROOT:-}/etc/x"`],
  ])('%s', (command, expected) => {
    expect(mapCommand(command, ROOT, written)).toBe(expected);
  });

  it('lists are mapped argument by argument; files that nobody wrote are left alone', () => {
    expect(mapCommand(['/bin/sh', '/opt/a.sh'], ROOT, written)).toEqual(['/bin/sh', '/srv/host/opt/a.sh']);
    expect(mapCommand('ls /opt/a', ROOT, [])).toBe('ls /opt/a');
  });
});

describe('user data', () => {
  it('any bytes are read without an exception', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', '#cloud-config\n', '#!/bin/sh\n'),
        (bytes, head) => {
          const plan = parseUserData(Buffer.concat([Buffer.from(head), Buffer.from(bytes)]));
          expect(Array.isArray(plan.warnings)).toBe(true);
        },
      ),
    );
  });

  it('entries of the wrong shape are told, the others kept', () => {
    const plan = parseUserData(
      Buffer.from(
        `#cloud-config\n${JSON.stringify({
          write_files: [1, { path: 'relative' }, { path: '/x', encoding: 'rot13' }, { path: '/ok', content: 'y' }],
          ssh_keys: { rsa_private: 'x' },
          bootcmd: 'not a list',
          runcmd: [1, ['a', 2]],
        })}`,
      ),
    );
    expect(plan.files).toMatchObject([{ path: '/ok', mode: 0o644 }]);
    expect(plan.warnings).toHaveLength(4);
    expect(plan.bootcmd).toEqual([]);
    expect(plan.runcmd).toEqual(['1', ['a', '2']]);
  });
});
