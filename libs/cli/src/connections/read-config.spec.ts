import { readConfig } from './read-config.ts';

const nothing = (): Promise<string> => Promise.reject(new Error('standard input was read'));

describe('readConfig', () => {
  it('takes standard input, and fields from variables over it', async () => {
    const read = readConfig({ config: '-', env: ['apiKey=TOKEN'] }, { TOKEN: 't=1' }, () =>
      Promise.resolve('{"apiKey":"old","page":2}'),
    );
    expect(await read).toEqual({ apiKey: 't=1', page: 2 });
  });

  it('is empty when nothing is given', async () => {
    expect(await readConfig({}, {}, nothing)).toEqual({});
  });

  it.each(['apiKey', 'apiKey=my secret value', '=TOKEN', 'apiKey='])(
    'does not take "%s" for a field and a variable, and does not repeat it',
    async (text) => {
      const read = readConfig({ env: [text] }, {}, nothing);
      await expect(read).rejects.toMatchObject({ code: 'cli.usage', exitCode: 64 });
      await expect(read).rejects.not.toThrow(/secret value/u);
    },
  );

  it('names a variable that is not set', async () => {
    await expect(readConfig({ env: ['apiKey=TOKEN'] }, {}, nothing)).rejects.toThrow(
      /TOKEN.*not set/u,
    );
  });

  it.each(['not json: s3cret', '["s3cret"]'])('refuses %s without quoting it', async (text) => {
    const read = readConfig({ config: '-' }, {}, () => Promise.resolve(text));
    await expect(read).rejects.toMatchObject({ code: 'config.unreadable', exitCode: 65 });
    await expect(read).rejects.not.toThrow(/s3cret/u);
  });
});
