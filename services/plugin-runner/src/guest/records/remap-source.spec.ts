import type { GuestRecord } from './guest-record.ts';
import { mappingOf, remapSource } from './remap-source.ts';

const pages: Readonly<Record<string, object>> = {
  '': { items: ['a', 'b'], nextCursor: '2' },
  '2': { items: [], nextCursor: '3' },
  '3': { items: ['c'], nextCursor: '' },
};

async function drawn(): Promise<string[]> {
  const order: string[] = [];
  const ask = (method: string, cursor: unknown): Promise<unknown> => {
    order.push(`${method} ${String(cursor)}`);
    return Promise.resolve(pages[String(cursor)]);
  };
  const add = ({ line }: GuestRecord): void => void order.push(line);
  const source = remapSource({ ask }, add);
  for (;;) {
    const { done, value } = await source.next();
    if (done === true) return order;
    order.push(String(value));
  }
}

describe('remapSource', () => {
  it('gives page after page, each with a checkpoint behind it but the last', async () => {
    expect(await drawn()).toEqual([
      'storedRaw ',
      'a',
      'b',
      '{"state":"2","partial":false}',
      'storedRaw 2',
      '{"state":"3","partial":false}',
      'storedRaw 3',
      'c',
    ]);
  });
});

describe('mappingOf', () => {
  it('calls the mapping as a method, with the raw alone', () => {
    const plugin = {
      name: 'the plugin',
      mapToUnifiedModel(...given: unknown[]) {
        return [this.name, ...given];
      },
    };
    expect(mappingOf(plugin)('raw')).toEqual(['the plugin', 'raw']);
  });

  it('says that there is none', () => {
    expect(() => mappingOf({ sync: () => undefined })).toThrow('no mapToUnifiedModel(raw)');
  });
});
