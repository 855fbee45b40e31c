import { labSupport, type Machine } from '@conclave/lab';

/** A machine that has everything, which a machine of ours may not have. */
const complete: Machine = {
  platform: 'linux',
  userId: 0,
  capabilities: (1n << 41n) - 1n,
  isUsable: () => true,
  hasProgram: () => true,
  compiles: () => true,
};

const without = (bit: bigint) => complete.capabilities & ~(1n << bit);

describe('labSupport', () => {
  it('[E1] says yes where everything is there', () => {
    expect(labSupport(complete)).toEqual({ available: true });
  });

  it.each<[string, Partial<Machine>, 'rights' | 'programs', RegExp]>([
    ['Linux', { platform: 'darwin' }, 'rights', /this is darwin/],
    ['root', { userId: 1000 }, 'rights', /root/],
    ['users', { platform: 'win32', userId: undefined }, 'rights', /this is win32/],
    ['the capability to make namespaces', { capabilities: without(21n) }, 'rights', /CAP_SYS_ADMIN/],
    ['the capability to make devices', { capabilities: without(12n) }, 'rights', /CAP_NET_ADMIN/],
    ['TUN devices', { isUsable: () => false }, 'rights', /\/dev\/net\/tun/],
    ['ip', { hasProgram: (name) => name !== 'ip' }, 'programs', /iproute2/],
    ['nft', { hasProgram: (name) => name !== 'nft' }, 'programs', /nftables/],
    ['a C compiler', { hasProgram: (name) => name !== 'cc' }, 'programs', /gcc/],
    ['the headers of C', { compiles: () => false }, 'programs', /libc6-dev/],
  ])('[E1] says what is missing on a machine without %s', (_what, lacking, lacks, reason) => {
    expect(labSupport({ ...complete, ...lacking })).toEqual({
      available: false,
      lacks,
      reason: expect.stringMatching(reason) as string,
    });
  });

  it('[E1] comes to a conclusion about this machine', () => {
    const support = labSupport();
    process.stderr.write(`lab: here: ${support.available ? 'available' : support.reason}\n`);
    expect(typeof support.available).toBe('boolean');
  });
});
