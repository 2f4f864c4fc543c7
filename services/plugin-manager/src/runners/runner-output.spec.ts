import { PassThrough } from 'node:stream';
import { markedLine, markOutput } from './runner-output.ts';

const marks = { pluginId: 'com.example.a', version: '0.1.0', pid: 7 };

async function marked(...chunks: (string | Buffer)[]): Promise<Record<string, unknown>[]> {
  const output = new PassThrough();
  const lines: string[] = [];
  markOutput(output, marks, (line) => lines.push(line));
  const ended = new Promise((resolve) => output.once('end', resolve));
  for (const chunk of chunks) output.write(chunk);
  output.end();
  await ended;
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('markOutput', () => {
  it('marks every line with its plugin, however the lines are cut up', async () => {
    const euro = Buffer.from('{"level":"info","msg":"€"}\n');
    const lines = await marked(euro.subarray(0, 24), euro.subarray(24), 'abort', 'ed\n\nlast');
    expect(lines).toEqual([
      { level: 'info', msg: '€', service: 'plugin-runner', ...marks },
      expect.objectContaining({ level: 'warn', msg: 'aborted', ...marks }) as unknown,
      expect.objectContaining({ level: 'warn', msg: 'last', ...marks }) as unknown,
    ]);
  });

  it('lets no line pass for one of another service or plugin', () => {
    const line = '{"service":"plugin-manager","pluginId":"com.example.other","port":1}';
    expect(JSON.parse(markedLine(line, marks))).toEqual({
      service: 'plugin-runner',
      port: 1,
      ...marks,
    });
  });

  it('takes text that only begins like JSON as text', () => {
    expect(JSON.parse(markedLine('{ <stack> }', marks))).toMatchObject({ msg: '{ <stack> }' });
    expect(JSON.parse(markedLine('[1]', marks))).toMatchObject({ msg: '[1]' });
  });

  it('cuts a line that does not end', async () => {
    const [line] = await marked('x'.repeat(50_000), 'y'.repeat(50_000), 'z'.repeat(50_000));
    expect(String(line?.['msg'])).toHaveLength(65_536);
  });
});
