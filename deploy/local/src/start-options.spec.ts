import { StartOptionsError } from './errors.ts';
import { readStartOptions } from './start-options.ts';

const read = (args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
  readStartOptions(args, env, '/checkout');

describe('readStartOptions', () => {
  it('needs nothing: usual ports, data beside the checkout, the sample', () => {
    expect(read()).toMatchObject({
      dataDir: '/checkout/.made-open',
      overridesFile: '/checkout/.made-open/egress-overrides.json',
      ownOverrides: false,
      sample: true,
      newAdminKey: false,
      managerPort: { port: 4100, isFixed: false },
      gatewayPort: { port: 4101, isFixed: false },
      publicUrl: undefined,
      profile: undefined,
    });
  });

  it('takes the address of a tunnel', () => {
    expect(read(['--profile', 'hipaa'], {})).toMatchObject({ profile: 'hipaa', sample: false });
    expect(read([], { PLATFORM_PROFILE: 'hipaa' })).toMatchObject({ profile: 'hipaa' });
    expect(() => read(['--profile'], {})).toThrow(/--profile/u);
    expect(() => read(['--profile', 'hippa'], {})).toThrow(/standard or hipaa/u);
    expect(read([], { PUBLIC_URL: 'https://abc.tunnel.example/' }).publicUrl).toBe(
      'https://abc.tunnel.example',
    );
  });

  it('takes a port that was asked for as it is, and 0 for a free one', () => {
    expect(read([], { MANAGER_PORT: '5000', GATEWAY_PORT: '0' })).toMatchObject({
      managerPort: { port: 5000, isFixed: true },
      gatewayPort: { port: 0, isFixed: false },
    });
  });

  it('looks for the overrides among the data that were named', () => {
    expect(read([], { MADE_OPEN_DATA: '/data' })).toMatchObject({
      dataDir: '/data',
      overridesFile: '/data/egress-overrides.json',
    });
  });

  it('does not write into a file of overrides that the operator named', () => {
    expect(read([], { EGRESS_OVERRIDES_FILE: '/mine.json' })).toMatchObject({
      overridesFile: '/mine.json',
      ownOverrides: true,
    });
  });

  it('tells every fault at once', () => {
    const faulty = () =>
      read(['--sample', '--new-admin-key'], {
        MANAGER_PORT: 'http',
        GATEWAY_PORT: '70000',
        LOG_LEVEL: 'warn',
        PUBLIC_URL: 'https://user:secret@host/path',
      });
    expect(faulty).toThrow(StartOptionsError);
    for (const named of ['--sample', 'MANAGER_PORT', 'GATEWAY_PORT', 'LOG_LEVEL', 'PUBLIC_URL'])
      expect(faulty).toThrow(named);
  });
});
