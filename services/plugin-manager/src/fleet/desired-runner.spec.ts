import { aPlugged, aPlugin, aStoredVersion } from '../../test/contracts/plugged.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { desiredRunner, type RunnerFacts } from './desired-runner.ts';

const facts = (of: Partial<RunnerFacts> = {}): RunnerFacts => ({
  plugin: aPlugin(),
  version: aStoredVersion(),
  connections: [aPlugged()],
  overrides: '{}',
  concurrency: 4,
  ...of,
});

describe('desiredRunner', () => {
  it('wants runners for a plugin with an active version and an active connection', () => {
    expect(desiredRunner(facts())).toMatchObject({
      pluginId: 'com.example.my-connector',
      version: '0.1.0',
      lane: 'stable',
      concurrency: 4,
      isolateMb: 64,
    });
  });

  it('goes by what the manifest says of concurrency and memory', () => {
    const saying = (changes: Record<string, unknown>) =>
      desiredRunner(facts({ version: aStoredVersion({ manifestText: aManifest(changes) }) }));
    const own = { scaling: { concurrency: 2 }, limits: { memoryMb: 128 } };
    expect(saying(own)).toMatchObject({ concurrency: 2, isolateMb: 128 });
    expect(saying({ scaling: { concurrency: 100 } })).toMatchObject({ concurrency: 32 });
    expect(saying({ runtime: 'python', entrypoint: './plugin.py' })).toMatchObject({
      isolateMb: 128,
    });
  });

  it.each<[string, Partial<RunnerFacts>]>([
    ['no active version', { plugin: aPlugin({ activeVersion: undefined }) }],
    ['another version active', { plugin: aPlugin({ activeVersion: '0.2.0' }) }],
    [
      'a version of another plugin API',
      { version: aStoredVersion({ manifestText: aManifest({ apiVersion: 99 }) }) },
    ],
    ['no connection', { connections: [] }],
    ['a connection that is being deleted', { connections: [aPlugged({ isDeleting: true })] }],
    ['a connection without its config', { connections: [aPlugged({ configFields: [] })] }],
  ])('wants none with %s', (_, of) => {
    expect(desiredRunner(facts(of))).toBeUndefined();
  });

  it.each([
    ['was paused', { isPaused: true }],
    ['needs another sign-in', { reauthentication: { code: 'c', message: 'm' } }],
  ])('lets the run end that is under way when a connection %s', (_, of) => {
    expect(desiredRunner(facts({ connections: [aPlugged(of)] }))).toBeDefined();
  });

  it('wants one for a connection that is being deleted and whose source has to be told', () => {
    const permissions = ['network:inbound', 'network:outbound:api.example.com'];
    const webhooks = [{ verify: 'microsoft-graph', secret: 'apiKey', subscription: {} }];
    const version = aStoredVersion({ manifestText: aManifest({ permissions, webhooks }) });
    const connections = [{ ...aPlugged({ isDeleting: true }), reference: version }];
    expect(desiredRunner(facts({ version, connections }))).toBeDefined();
  });

  it('wants another runner when code, grants or overrides change, and for nothing else', () => {
    const fingerprint = (of: Partial<RunnerFacts>) => desiredRunner(facts(of))?.fingerprint;
    const same = fingerprint({});
    expect(fingerprint({ connections: [aPlugged({ generation: 9, name: 'Other' })] })).toBe(same);
    expect(fingerprint({ plugin: aPlugin({ name: 'Other' }) })).toBe(same);
    for (const of of [
      { version: aStoredVersion({ bundleDigest: 'c' }) },
      { plugin: aPlugin({ approved: ['data:write:persons'] }) },
      { overrides: '{"a:1":{}}' },
    ])
      expect(fingerprint(of)).not.toBe(same);
  });
});
