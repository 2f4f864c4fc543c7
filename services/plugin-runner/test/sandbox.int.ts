import { SandboxProcess, type HostCalls } from '../src/sandbox/sandbox-process.ts';
import { defaultLimits, type SandboxLimits } from '../src/sandbox/sandbox-limits.ts';

const quiet: HostCalls = {
  call: (method) =>
    method === 'timer'
      ? new Promise((resolve) => setTimeout(() => resolve('{"ok":true}'), 5))
      : Promise.resolve('{"ok":true,"value":null}'),
  log: () => undefined,
};
const limits: SandboxLimits = { ...defaultLimits, stepCpuMs: 800, stepWallMs: 3000 };

const plugin = (body: string): string =>
  `globalThis.__plugin = { plugin: { id: 'x', async *sync(context) { ${body} } } };`;
const well = plugin(
  `for (let i = 0; i < 2000; i++) yield { type: 'person', externalId: 'p' + i, data: { display_name: 'P' + i }, raw: { i } };`,
);

async function drain(
  bundle: string,
  host: HostCalls = quiet,
  given: Partial<SandboxLimits> = {},
): Promise<{ frames: string[]; code?: string; message?: string; peakMb: number }> {
  const sandbox = new SandboxProcess(
    { bundle, config: { apiKey: 'k' }, limits: { ...limits, ...given } },
    host,
  );
  const frames: string[] = [];
  try {
    for (;;) {
      const { records, done } = await sandbox.pull(500, 262_144);
      if (records !== undefined) frames.push(records.toString());
      if (done) return { frames, peakMb: sandbox.peakMb };
    }
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { frames, code, message, peakMb: sandbox.peakMb };
  } finally {
    sandbox.dispose();
  }
}

const item = (id: string): string => `{ type: 'person', externalId: '${id}', data: {}, raw: null }`;

describe('SandboxProcess', () => {
  it('hands out frames of items, in order, with a header and one line each', async () => {
    const { frames, code } = await drain(well);
    expect(code).toBeUndefined();
    expect(frames).toHaveLength(4);
    const lines = frames[0]?.split('\n') ?? [];
    const header = JSON.parse(lines[0] ?? '') as { sections: { kind: string; ids: string[] }[] };
    expect(header.sections[0]?.ids).toHaveLength(500);
    expect(lines[1]).toBe('{"display_name":"P0"}\t{"i":0}');
  });

  it('hands out what it has when the plugin waits, and cuts a frame behind a checkpoint', async () => {
    const { frames } = await drain(
      plugin(
        `yield ${item('a')}; await context.checkpoint.save({ page: 1 }); yield ${item('b')}; await context.http.get('x'); yield ${item('c')};`,
      ),
    );
    const kinds = frames.map((frame) =>
      (JSON.parse(frame.split('\n')[0] ?? '') as { sections: { kind: string }[] }).sections.map(
        (section) => section.kind,
      ),
    );
    expect(kinds.flat()).toEqual(['item', 'checkpoint', 'item', 'item']);
  });

  it('gives the plugin its config and answers of the host, and an HttpError it can catch', async () => {
    const host: HostCalls = {
      call: () =>
        Promise.resolve(
          JSON.stringify({
            ok: false,
            code: 'http.status',
            message: 'HTTP 404',
            http: { status: 404, headers: {}, body: 'gone' },
          }),
        ),
      log: () => undefined,
    };
    const { frames } = await drain(
      plugin(
        `let status = 0; try { await context.http.get('u'); } catch (e) { status = e.status; } yield { type: 'person', externalId: context.config.apiKey + status, data: {}, raw: null };`,
      ),
      host,
    );
    expect(frames[0]).toContain('k404');
  });

  const attacks: [string, string, string][] = [
    ['an endless loop', 'for (;;) {}', 'sandbox.cpu_limit'],
    [
      'an endless loop behind an awaited call',
      `await context.http.get('x'); for (;;) {}`,
      'sandbox.cpu_limit',
    ],
    [
      'a built-in that never polls',
      `[].indexOf.call({ length: 2 ** 53 - 1 }, 1);`,
      'sandbox.cpu_limit',
    ],
    [
      'a catastrophic regular expression',
      `/^(a+)+$/.test('a'.repeat(64) + 'b');`,
      'sandbox.cpu_limit',
    ],
    ['a flood of microtasks', 'for (;;) await null;', 'sandbox.cpu_limit'],
    ['a promise that never settles', 'await new Promise(() => {});', 'sandbox.step_timeout'],
    [
      'an array fill that aborts V8',
      'const a = new Array(1e8); for (let i = 1e8; i-- > 0;) a[i] = i;',
      'sandbox.(memory_limit|crashed|cpu_limit)',
    ],
    [
      'a map that grows for ever',
      'const m = new Map(); for (let i = 0; ; i++) m.set(i, i);',
      'sandbox.(memory_limit|crashed)',
    ],
    [
      'an item of 50 MB',
      `yield { type: 'person', externalId: 'big', data: { text: 'x'.repeat(50e6) }, raw: null };`,
      'sandbox.(item_too_large|memory_limit|crashed)',
    ],
    [
      'JSON as deep as memory',
      `JSON.parse('['.repeat(1e7));`,
      'plugin.error|sandbox.(memory_limit|crashed)',
    ],
    [
      'an id that is too long',
      `yield { type: 'person', externalId: 'x'.repeat(600), data: {}, raw: null };`,
      'sandbox.item_invalid',
    ],
    ['an item that is no object', 'yield 42;', 'sandbox.item_invalid'],
  ];
  it.each(attacks)(
    'contains %s with a clear reason, and its neighbour goes on',
    async (_, body, code) => {
      const [attack, neighbour] = await Promise.all([
        drain(plugin(`${body} yield ${item('unreached')};`)),
        drain(well),
      ]);
      expect(attack.code).toMatch(new RegExp(`^(${code})$`, 'u'));
      expect(attack.message).not.toBe('');
      expect(attack.peakMb).toBeLessThan(limits.memoryMb + 256 + 64);
      expect(neighbour.frames).toHaveLength(4);
      expect(neighbour.code).toBeUndefined();
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  it.each([
    ['resizable buffers', `new ArrayBuffer(8, { maxByteLength: 1e9 }).resize(1e9)`],
    ['WebAssembly memory', `new WebAssembly.Memory({ initial: 1000 })`],
    ['growable shared buffers', `new SharedArrayBuffer(8, { maxByteLength: 1e9 })`],
    [
      'a second way to resizable buffers',
      `new (new Uint8Array(1).buffer.constructor)(8, { maxByteLength: 1e9 }).resize(1e9)`,
    ],
    ['Node', `process.exit()`],
    ['require', `require('fs')`],
    ['fetch', `fetch('http://127.0.0.1')`],
    ['the host’s references', `globalThis.__pull.constructor`],
  ])('has no %s', async (_, expression) => {
    const { frames, code } = await drain(
      plugin(
        `let leak = false; try { ${expression}; leak = true; } catch {} yield { type: 'person', externalId: String(leak), data: {}, raw: null };`,
      ),
    );
    expect(code).toBeUndefined();
    expect(frames[0]).toContain('["false"]');
  });

  it('has no import of modules', async () => {
    const { code } = await drain(plugin(`await import('node:fs');`));
    expect(code).toBe('plugin.error');
  });

  it('drops log lines above the rate and counts the drop once', async () => {
    const lines: string[] = [];
    const { code } = await drain(
      plugin(`for (let i = 0; i < 20000; i++) context.logger.info('line ' + i);`),
      { ...quiet, log: (_level, message) => lines.push(message) },
    );
    expect(code).toBeUndefined();
    expect(lines.length).toBeLessThan(2000);
    expect(lines).toContain('too many log lines; more of this second are dropped');
  });

  it('survives errors that are traps', async () => {
    const { code } = await drain(
      plugin(`throw new Proxy({}, { get() { throw new Error('trap'); } });`),
    );
    expect(code).toBe('plugin.error');
    const { code: second } = await drain(
      plugin(
        `Object.prototype.polluted = 1; Error.prepareStackTrace = () => { for (;;) {} }; throw new Error('x');`,
      ),
    );
    expect(second).toMatch(/^(plugin\.error|sandbox\.cpu_limit)$/u);
  });

  it('keeps its memory flat over 100,000 items of 1 KB', async () => {
    const sandbox = new SandboxProcess(
      {
        bundle: plugin(
          `for (let i = 0; i < 100000; i++) yield { type: 'person', externalId: 'p' + i, data: { display_name: 'P' + i }, raw: { text: 'x'.repeat(900), i } };`,
        ),
        config: {},
        limits: defaultLimits,
      },
      quiet,
    );
    let items = 0;
    for (;;) {
      const { records, done } = await sandbox.pull(500, 262_144);
      if (records !== undefined)
        items +=
          (
            JSON.parse(records.subarray(0, records.indexOf(10)).toString()) as {
              sections: { ids: string[] }[];
            }
          ).sections[0]?.ids.length ?? 0;
      if (done) break;
    }
    const { peakMb } = sandbox;
    sandbox.dispose();
    expect(items).toBe(100_000);
    expect(peakMb).toBeLessThan(limits.memoryMb + 256);
  });
});
