import { failedAnswer, OpenCalls, type CallAnswer, type HostCalls } from './open-calls.ts';

class Host implements HostCalls {
  readonly lines: string[][] = [];
  readonly calls: string[] = [];
  answer: () => Promise<CallAnswer> = () => Promise.resolve({ text: '{"ok":true}' });

  call(method: string, argsText: string): Promise<CallAnswer> {
    this.calls.push(`${method} ${argsText}`);
    return this.answer();
  }

  log(...line: [string, string, string]): void {
    this.lines.push(line);
  }
}

describe('OpenCalls', () => {
  let host: Host;
  let answers: string[];
  let floods: string[];
  let calls: OpenCalls;

  beforeEach(() => {
    host = new Host();
    answers = [];
    floods = [];
    calls = new OpenCalls(host, {
      answer: (...parts) =>
        answers.push(Buffer.concat(parts.map((part) => Buffer.from(part))).toString('latin1')),
      onFlood: (message) => floods.push(message),
    });
  });

  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const call = (text: string): Buffer => Buffer.from(`\0\0\0\x07${text}`);

  it('answers by the number of the call, with the body behind the text', async () => {
    host.answer = () => Promise.resolve({ text: '{}', body: Buffer.from('body') });
    calls.take(call('http\n{"a":"\\n"}'));
    await settled();
    expect(host.calls).toEqual(['http {"a":"\\n"}']);
    expect(answers).toEqual(['\0\0\0\x07\0\0\0\x02{}body']);
  });

  it('makes an answer of a host that fails, with nothing of the fault but its message', async () => {
    host.answer = () => Promise.reject(new Error('a fault'));
    calls.take(call('query\n{}'));
    await settled();
    expect(answers[0]?.slice(8)).toBe('{"ok":false,"code":"host.failed","message":"a fault"}');
    expect(failedAnswer('thrown text')).toBe(
      '{"ok":false,"code":"host.failed","message":"the host could not do it"}',
    );
  });

  it('tells of more open calls than the guest can make, and frees those answered', async () => {
    for (let index = 0; index < 512; index++) calls.take(call('a\n1'));
    await settled();
    host.answer = () => new Promise(() => undefined);
    for (let index = 0; index < 512; index++) calls.take(call('a\n1'));
    expect(floods).toEqual([]);
    calls.take(call('a\n1'));
    expect(floods).toEqual([expect.stringContaining('512 calls')]);
  });

  it('refuses what open calls may not hold together, unread, and takes more as they are answered', async () => {
    const body = 'x'.repeat(4 * 1024 * 1024 - 64);
    const opened = Promise.withResolvers<CallAnswer>();
    host.answer = () => opened.promise;
    for (let index = 0; index < 5; index++) calls.take(call(`http\n"${body}"`));
    await settled();
    expect(host.calls).toHaveLength(4);
    expect(answers).toEqual([expect.stringMatching(/"sandbox.too_many_calls".*16 MiB/u)]);
    opened.resolve({ text: '{"ok":true}' });
    await settled();
    calls.take(call(`http\n"${body}"`));
    expect(host.calls).toHaveLength(5);
    expect(floods).toEqual([]);
  });

  it('reads log lines of any form', () => {
    const line = (level: string, text: unknown): void => calls.log(JSON.stringify({ level, text }));
    line('warn', JSON.stringify({ message: 'm', fields: '{"a":1}' }));
    line('fatal', JSON.stringify({ message: 5, fields: {} }));
    line('info', 7);
    calls.log('no JSON');
    expect(host.lines).toEqual([
      ['warn', 'm', '{"a":1}'],
      ['info', '', ''],
      ['info', '', ''],
      ['info', '', ''],
    ]);
  });
});
