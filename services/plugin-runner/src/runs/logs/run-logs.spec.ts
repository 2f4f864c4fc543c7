import { jest } from '@jest/globals';
import { RunLogs } from './run-logs.ts';

type Bus = ConstructorParameters<typeof RunLogs>[0];
interface Request {
  runId: string;
  lines: { message: string; fieldsJson: string }[];
  dropped: number;
}

describe('RunLogs', () => {
  let requests: Request[];
  let attempts: number;
  let failing: boolean;
  let answered: Promise<void>;
  let call: (method: unknown, request: unknown) => Promise<unknown>;
  const run = { runId: 'r1', connectionId: 'c1' };
  const running = new AbortController().signal;
  let logs: RunLogs;

  beforeEach(() => {
    requests = [];
    attempts = 0;
    failing = false;
    answered = Promise.resolve();
    call = async (_method, request) => {
      attempts++;
      await answered;
      if (failing) throw new Error('away');
      requests.push(request as Request);
      return {};
    };
    const bus = { call: call as Bus['call'] };
    const redact = (text: string): string => text.replaceAll('sekret', '[secret]');
    logs = new RunLogs(bus, 'com_a', run, redact);
  });

  afterEach(() => logs.close(AbortSignal.abort()));

  const messages = (): string[] =>
    requests.flatMap(({ lines }) => lines.map(({ message }) => message));

  it('sends lines in order, without secrets, and removes these before it cuts', async () => {
    logs.write('info', 'first sekret', '{"key":"sekret"}');
    logs.write('warn', `${'x'.repeat(8189)}sekret`, '');
    await logs.close(running);
    expect(messages()).toEqual(['first [secret]', `${'x'.repeat(8189)}[se`]);
    expect(requests[0]).toMatchObject({ runId: 'r1', dropped: 0 });
    expect(requests[0]?.lines[0]?.fieldsJson).toBe('{"key":"[secret]"}');
  });

  it('sends no more than fits into a message', async () => {
    for (let line = 0; line < 60; line++) logs.write('info', 'x'.repeat(8000), '');
    await logs.close(running);
    expect(messages()).toHaveLength(60);
    for (const { lines } of requests) expect(lines.length).toBeLessThanOrEqual(25);
  });

  it('drops lines above what can wait, and says how many', async () => {
    for (let line = 0; line < 1500; line++) logs.write('info', 'l', '');
    await logs.close(running);
    expect([messages().length, logs.written, logs.dropped]).toEqual([1000, 1000, 500]);
    expect(requests.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(500);
  });

  it('loses lines rather than holding up a run when nobody takes them', async () => {
    failing = true;
    logs.write('info', 'lost', '');
    await logs.close(running);
    expect(logs.dropped).toBe(1);
  });

  it('gives up its lines at the first batch that nobody takes', async () => {
    failing = true;
    for (let line = 0; line < 100; line++) logs.write('info', 'x'.repeat(8000), '');
    await logs.close(running);
    expect([attempts, logs.dropped]).toEqual([1, 100]);
  });

  it('waits for its last answer no longer than it may, nor while the runner stops', async () => {
    answered = new Promise(() => undefined);
    logs.write('info', 'unanswered', '');
    await logs.close(running, 1);
    const stopping = new AbortController();
    const closing = logs.close(stopping.signal);
    stopping.abort();
    await closing;
    await logs.close(stopping.signal);
    expect(requests).toEqual([]);
  });

  it('tells of lines that were lost as soon as somebody takes them', async () => {
    jest.useFakeTimers();
    try {
      const later = new RunLogs({ call: call as Bus['call'] }, 'com_a', run, (text) => text);
      failing = true;
      later.write('info', 'lost', '');
      await jest.advanceTimersByTimeAsync(3000);
      failing = false;
      await jest.advanceTimersByTimeAsync(3000);
      await later.close(running);
    } finally {
      jest.useRealTimers();
    }
    expect(requests).toEqual([{ ...run, lines: [], dropped: 1 }]);
  });
});
