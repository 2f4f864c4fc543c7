import { scaffoldPlugin, validateManifest, type PluginManifest } from './index.ts';

const options = {
  pluginId: 'com.example.my-connector',
  pluginName: 'My Connector',
  type: 'connector',
  author: 'Your Name',
  outDir: 'apps/hub/plugins/connectors/my-connector',
} as const;

const manifestOf = (files: Record<string, string>): PluginManifest =>
  JSON.parse(files['plugin.json'] ?? '') as PluginManifest;

describe.each(['connector', 'channel', 'operator', 'fax'] as const)(
  'scaffoldPlugin of a %s',
  (type) => {
    const files = scaffoldPlugin({ ...options, type });

    it('returns exactly the three files, and the same ones each time', () => {
      expect(Object.keys(files)).toEqual(['plugin.json', 'src/index.ts', 'README.md']);
      expect(scaffoldPlugin({ ...options, type })).toEqual(files);
    });

    it('makes a valid manifest of the given id, name, type and author', () => {
      const manifest = manifestOf(files);
      expect(validateManifest(manifest)).toEqual({ valid: true, errors: [] });
      expect(manifest).toMatchObject({
        id: options.pluginId,
        name: options.pluginName,
        type: type === 'fax' ? 'channel' : type,
        author: options.author,
      });
    });

    it('names the id, and where the files will lie in the README', () => {
      expect(files['README.md']).toContain(options.pluginId);
      expect(files['README.md']).toContain(options.outDir);
    });
  },
);

describe('scaffoldPlugin', () => {
  it('makes a provider of faxes whose functions its manifest lists', () => {
    const files = scaffoldPlugin({ ...options, type: 'fax' });
    expect(manifestOf(files)).toMatchObject({
      channel: { type: 'fax' },
      provider: { slots: ['outbound'] },
      actions: [{ name: 'send_fax' }, { name: 'get_status' }, { name: 'cancel_fax' }],
    });
    expect(files['src/index.ts']).toContain('extends FaxPlugin');
    expect(files['README.md']).toContain('made-open fax send');
  });

  it.each(['connector', 'channel', 'operator'] as const)(
    'names the id in the code of a %s',
    (type) => {
      const { 'src/index.ts': code } = scaffoldPlugin({ ...options, type });
      expect(code).toContain("id: 'com.example.my-connector'");
    },
  );

  it('lists the predicates of an operator, and says how rules name them', () => {
    const files = scaffoldPlugin({ ...options, type: 'operator' });
    const [operator] = manifestOf(files).operators ?? [];
    expect(operator).toBeDefined();
    expect(files['src/index.ts']).toContain(`${String(operator?.name)}: {`);
    expect(files['README.md']).toContain(`plugin:${options.pluginId}/${String(operator?.name)}`);
    expect(files['README.md']).not.toContain('apiKey');
  });

  it('needs neither author nor folder', () => {
    const { pluginId, pluginName, type } = options;
    expect(manifestOf(scaffoldPlugin({ pluginId, pluginName, type }))).not.toHaveProperty('author');
  });

  it.each([
    [{ pluginId: 'my_connector' }, /id must match/u],
    [{ pluginName: 'two\nlines' }, /name must match/u],
    [{ author: '' }, /author must/u],
  ])('refuses %j', (wrong, message) => {
    expect(() => scaffoldPlugin({ ...options, ...wrong })).toThrow(message);
  });

  it('keeps a folder inside its code span', () => {
    const { 'README.md': text } = scaffoldPlugin({ ...options, outDir: 'a`b\n# c' });
    expect(text).toContain('`ab# c`');
  });
});
