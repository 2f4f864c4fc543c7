import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readRecords } from '@made-open/contracts';
import { probeConfinement, type Confinement } from '../src/host/processes/sandbox-command.ts';
import { plugin, runPlugin, Source } from './attack.ts';

/** Each is evaluated in the isolate and in Node; both must come to the same. */
const expressions: readonly string[] = [
  `new URL('../b?x=1&y=%20#z', 'HTTPS://user:pw@Example.COM:443/a/c').href`,
  `['host', 'origin', 'pathname', 'search', 'hash'].map((name) => new URL('https://example.com:8443/p%20q?a=b#c')[name])`,
  `(() => { const url = new URL('https://example.com/'); url.searchParams.append('q', 'ä b&c'); url.pathname = '/ü'; return url.href; })()`,
  `URL.canParse('https://exa mple.com')`,
  `(() => { try { return new URL('no url').href; } catch (error) { return error instanceof TypeError; } })()`,
  `new URL('https://xn--mnchen-3ya.de/').hostname`,
  `new URL('http://0x7f.1/').hostname`,
  `[...new URLSearchParams('a=1&b=2&a=3&c=%F0%9F%98%80').entries()]`,
  `(() => { const query = new URLSearchParams({ b: '2', a: '1 +' }); query.sort(); query.delete('b'); return String(query); })()`,
  `[...new TextEncoder().encode('aé漢😀\\ud800')]`,
  `new TextEncoder().encodeInto('漢漢', new Uint8Array(4))`,
  `new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xf0, 0x9f, 0x98, 0x80, 0xff, 0xe6, 0xbc]))`,
  `(() => { const decoder = new TextDecoder(); return [[0xf0, 0x9f], [0x98, 0x80], [0xe6]].map((bytes) => decoder.decode(new Uint8Array(bytes), { stream: true })).concat(decoder.decode()); })()`,
  `(() => { try { return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])); } catch (error) { return error.name; } })()`,
  `btoa('any text ÿ') + atob(' YW55 IHRleHQ= ')`,
  `(() => { try { return atob('a'); } catch (error) { return error.name; } })()`,
  `(() => { try { return btoa('漢'); } catch (error) { return error.name; } })()`,
  `(() => { const value = { date: new Date(5), map: new Map([[1, new Set([2])]]), bytes: new Uint8Array([1, 2]), re: /x/gi }; value.self = value; const copy = structuredClone(value); return [copy.self === copy, copy !== value, copy.date.getTime(), [...copy.map.get(1)], [...copy.bytes], String(copy.re)]; })()`,
  `(() => { try { structuredClone(() => 1); } catch (error) { return error.name; } })()`,
  `(() => { const error = structuredClone(new RangeError('far')); return [error.name, error.message, error instanceof RangeError]; })()`,
  `(() => { const controller = new AbortController(); const seen = []; controller.signal.addEventListener('abort', () => seen.push('listener')); controller.signal.onabort = () => seen.push('property'); controller.abort(); controller.abort('again'); return [seen.sort(), controller.signal.aborted, controller.signal.reason.name]; })()`,
  `(() => { try { AbortSignal.abort('why').throwIfAborted(); } catch (reason) { return reason; } })()`,
  `(async () => { const signal = AbortSignal.timeout(5); await new Promise((resolve) => signal.addEventListener('abort', resolve)); return signal.reason.name; })()`,
  `(() => { const [first, second] = [new AbortController(), new AbortController()]; const any = AbortSignal.any([first.signal, second.signal]); second.abort('second'); return any.reason; })()`,
  `(() => { const target = new EventTarget(); let calls = 0; target.addEventListener('x', { handleEvent() { calls++; } }, { once: true }); return [target.dispatchEvent(new Event('x')), target.dispatchEvent(new Event('x')), calls]; })()`,
  `(() => { const target = new EventTarget(); target.addEventListener('x', (event) => event.preventDefault()); return target.dispatchEvent(new Event('x', { cancelable: true })); })()`,
  `(async () => { const order = []; setTimeout((...args) => order.push(...args), 30, 'late', 'args'); setTimeout(() => order.push('never'), 10, clearTimeout(0)); const id = setTimeout(() => order.push('cleared'), 5); clearTimeout(id); queueMicrotask(() => order.push('micro')); Promise.resolve().then(() => order.push('then')); order.push('now'); await new Promise((resolve) => setTimeout(resolve, 60)); return order; })()`,
  `(async () => { let ticks = 0; await new Promise((resolve) => { const id = setInterval(() => { if (++ticks === 3) { clearInterval(id); resolve(); } }, 2); }); return ticks; })()`,
  `typeof console.log + typeof console.warn + typeof console.error`,
  `Object.prototype.toString.call(new ArrayBuffer(3)) + new ArrayBuffer(3).byteLength + (new ArrayBuffer(3) instanceof ArrayBuffer) + ArrayBuffer.isView(new DataView(new ArrayBuffer(1)))`,
  `ArrayBuffer.name + new Uint8Array([1, 2, 3]).buffer.slice(1).byteLength`,
];

/** In a process of its own: within Jest there are two of each built-in. */
async function evaluateInNode(): Promise<unknown[]> {
  // Node's AbortSignal.timeout does not keep a process alive.
  const script = `(async () => {
    const alive = setInterval(() => {}, 1000);
    const results = [];
    for (const expression of ${JSON.stringify(expressions)}) results.push((await (0, eval)(expression)) ?? null);
    console.log(JSON.stringify(results));
    clearInterval(alive);
  })()`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
  return JSON.parse(stdout) as unknown[];
}

describe('Web APIs in the isolate', () => {
  const source = new Source();
  let confinement: Confinement;
  let results: readonly unknown[];
  let expected: readonly unknown[];

  beforeAll(async () => {
    await source.listen();
    confinement = await probeConfinement();
    const { frames, code, message } = await runPlugin(
      plugin(
        `for (const [index, expression] of context.config.expressions.entries()) {
           let result;
           try { result = await (0, eval)(expression); } catch (error) { result = String(error); }
           yield { type: 'person', externalId: String(index), data: { result: result ?? null }, raw: null };
         }`,
      ),
      source,
      { confinement, config: { expressions } },
    );
    expect({ code, message }).toEqual({ code: 'completed', message: '' });
    expected = await evaluateInNode();
    results = frames
      .flatMap((frame) => readRecords(frame).lines)
      .map((line) => JSON.parse(Buffer.from(line).toString().split('\t')[0] ?? ''))
      .map((data: { result: unknown }) => data.result);
  });

  afterAll(() => source.close());

  it.each(expressions.map((expression, index) => [expression, index] as const))(
    'come to what Node does: %s',
    (_, index) => {
      expect(results[index]).toEqual(expected[index]);
    },
  );
});
