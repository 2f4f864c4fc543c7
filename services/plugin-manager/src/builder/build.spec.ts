import { jest } from '@jest/globals';
import { readHttpManifest, runFixtures, type ResponseMap } from '@made-open/http-manifest';
import { inputVariants } from '../../test/builder/input-variants.ts';
import { build } from './build.ts';
import type { BuilderInput } from './input/builder-input.ts';
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

  it.each(['http', 'node', 'python'] as const)(
    'makes no sample of a path far into a list: %s',
    (target) => {
      const far = build(withSend({ job_id: 'data[101].id' }, target));
      expect(far.manifest.actions?.['send_fax']?.fixtures).toBeUndefined();
      expect(far.files.some(({ content }) => /sends_a_fax|'sends a fax'/u.test(content))).toBe(
        false,
      );
      const near = build(withSend({ job_id: 'data[100].id' }, target));
      expect(near.manifest.actions?.['send_fax']?.fixtures).toHaveLength(1);
      expect(faultsOf(withSend({ job_id: 'data[999999999].id' }, target))).toEqual([
        '/actions/send_fax/response/job_id',
      ]);
    },
  );

  it.each([
    '(?P<id>[0-9]+)',
    '(?<id>[0-9]+)',
    '(?i)fax-([0-9]+)',
    '[[:digit:]]+',
    String.raw`\p{Lu}([0-9]+)`,
    String.raw`\Qa.b\E([0-9]+)`,
    String.raw`\A([0-9]+)\z`,
    '[]0-9]+',
    'a{,2}',
  ])('writes no code for the expression %s, which not all languages have', (pattern) => {
    const response = { job_id: { path: 'id', pattern } };
    expect(faultsOf(withSend(response, 'http'))).toEqual([]);
    for (const target of ['node', 'python'] as const)
      expect(faultsOf(withSend(response, target))).toEqual([
        '/actions/send_fax/response/job_id/pattern',
      ]);
  });

  it.each([
    '/faxes/([0-9]+)$',
    String.raw`^(?:id|no)[-_ ]*\[([\w.\-/]{1,40}?)\]\x2e`,
    String.raw`\(?:(\d+)\b`,
  ])('writes code for the expression %s', (pattern) => {
    for (const target of ['node', 'python'] as const)
      expect(faultsOf(withSend({ job_id: { path: 'id', pattern } }, target))).toEqual([]);
  });

  it('tries expressions in linear time alone', () => {
    const native = jest.spyOn(RegExp.prototype, 'exec');
    const pattern = '(?:a+)+(?:b|c)';
    build(withSend({ job_id: { path: 'id', pattern } }, 'http'));
    const run = native.mock.contexts.filter(
      (each) => each instanceof RegExp && each.source === pattern,
    );
    native.mockRestore();
    expect(run).toEqual([]);
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

function withSend(response: ResponseMap, target: BuilderInput['target']): BuilderInput {
  const { send_fax, ...others } = anInput().actions ?? {};
  return anInput({ target, actions: { send_fax: { ...send_fax, response }, ...others } });
}

function faultsOf(input: unknown): string[] {
  try {
    build(input);
  } catch (error) {
    const { faults } = (error as { members: { faults: { pointer: string }[] } }).members;
    return faults.map(({ pointer }) => pointer);
  }
  return [];
}
