import { readHttpManifest, runFixtures } from '@made-open/http-manifest';
import { inputVariants } from '../../test/builder/input-variants.ts';
import { build } from './build.ts';
import { anInput } from '../../test/builder/an-input.ts';

describe('build', () => {
  it('makes the same bytes of the same input', () => {
    const [first, second] = [build(anInput()), build(structuredClone(anInput()))];
    expect(first.files).toEqual(second.files);
    expect(first.digest).toBe(second.digest);
  });

  it('makes of the target http a manifest, and a page that says where it belongs', () => {
    const built = build(anInput({ target: 'http' }));
    expect(built.files.map(({ path }) => path)).toEqual([
      'config/providers/acme-fax/README.md',
      'config/providers/acme-fax/manifest.json',
    ]);
    expect(JSON.parse(built.upload.manifestText)).toMatchObject({
      manifest_version: 1,
      id: 'acme-fax',
      allowed_domains: ['api.acme.example'],
      credentials: [{ name: 'api_key' }],
    });
    expect(built.registration).toEqual({
      'acme-fax': { path: 'config/providers/acme-fax', sha256: built.digest },
    });
  });

  it.each(Object.entries(inputVariants))(
    'gives every action of an HTTP manifest a fixture that it passes: %s',
    (_, changes) => {
      const manifest = readHttpManifest(build(anInput(changes)).upload.manifestText);
      const outcomes = runFixtures(manifest);
      expect(outcomes.filter(({ passed }) => !passed)).toEqual([]);
      expect(new Set(outcomes.map(({ action }) => action))).toEqual(
        new Set(Object.keys(manifest.actions ?? {})),
      );
    },
  );

  it.each([
    ['../../evil', '/basics/id'],
    ['a/b', '/basics/id'],
    ['', '/basics/id'],
    ['.', '/basics/id'],
    ['AcmeFAX', '/basics/id'],
    ['a'.repeat(64), '/basics/id'],
  ])('refuses the id %j', (id, pointer) => {
    expect(faultsOf(anInput({ basics: { ...anInput().basics, id } }))).toContain(pointer);
  });

  it('says every fault with its place', () => {
    const input = anInput({
      settings: [
        { key: 'api_secret', type: 'string' },
        { key: 'pages', type: 'integer', default: 'many' },
      ],
      capabilities: ['get_status', 'send_message'],
    });
    expect(faultsOf(input)).toEqual([
      '/settings/0/key',
      '/settings/1/default',
      '/capabilities/1',
      '/actions/send_message',
      '/actions/send_fax',
      '/actions/cancel_fax',
    ]);
    expect(faultsOf(undefined)).toEqual(['']);
    expect(faultsOf(anInput({ basics: { ...anInput().basics, name: '\ud800' } }))).toEqual([
      '/basics/name',
    ]);
  });

  it('warns of what is seldom meant', () => {
    const { send_fax } = anInput().actions ?? {};
    const input = anInput({ capabilities: ['send_fax'], actions: { send_fax: send_fax ?? {} } });
    expect(build(input).warnings.map(({ pointer }) => pointer)).toEqual([
      '/actions',
      '/basics/learn_more',
    ]);
  });
});

function faultsOf(input: unknown): string[] {
  try {
    build(input);
  } catch (error) {
    const { faults } = (error as { members: { faults: { pointer: string }[] } }).members;
    return faults.map(({ pointer }) => pointer);
  }
  return [];
}
