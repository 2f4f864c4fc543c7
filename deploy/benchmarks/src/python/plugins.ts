/** A connector that yields so many items of 1 KB, in both languages. */
export interface Rival {
  readonly runtime: 'javascript' | 'python';
  readonly bundle: (items: number) => string;
}

const name = 300;
const text = 650;

export const rivals: readonly Rival[] = [
  {
    runtime: 'javascript',
    bundle: (items) => `globalThis.__plugin = { plugin: { id: 'bench', async *sync() {
      for (let i = 0; i < ${String(items)}; i++)
        yield { type: 'person', externalId: 'p' + i, data: { display_name: 'x'.repeat(${String(name)}) }, raw: { i, text: 'y'.repeat(${String(text)}) } };
    } } };`,
  },
  {
    runtime: 'python',
    bundle: (items) =>
      JSON.stringify({
        entry: 'bench',
        modules: {
          bench: {
            source: `
class Bench:
    async def sync(self, context):
        for i in range(${String(items)}):
            yield {'type': 'person', 'externalId': f'p{i}', 'data': {'display_name': 'x' * ${String(name)}}, 'raw': {'i': i, 'text': 'y' * ${String(text)}}}

plugin = Bench()
`,
          },
        },
      }),
  },
];
