import { RunLogs } from './run-logs.ts';

type Bus = ConstructorParameters<typeof RunLogs>[0];
interface Request {
  runId: string;
  lines: { message: string; fieldsJson: string }[];
  dropped: number;
}

describe('RunLogs', () => {
  let requests: Request[];
  let failing: boolean;
  let logs: RunLogs;

  beforeEach(() => {
    requests = [];
    failing = false;
    const call = (_method: unknown, request: unknown): Promise<unknown> => {
      if (failing) return Promise.reject(new Error('away'));
      requests.push(request as Request);
      return Promise.resolve({});
    };
    const bus = { call: call as Bus['call'] };
    const redact = (text: string): string => text.replaceAll('sekret', '[secret]');
    logs = new RunLogs(bus, 'com_a', { runId: 'r1', connectionId: 'c1' }, redact);
  });

  afterEach(() => logs.close());

  const messages = (): string[] =>
    requests.flatMap(({ lines }) => lines.map(({ message }) => message));

  it('sends lines in order, without secrets, and removes these before it cuts', async () => {
    logs.write('info', 'first sekret', '{"key":"sekret"}');
    logs.write('warn', `${'x'.repeat(8189)}sekret`, '');
    await logs.close();
    expect(messages()).toEqual(['first [secret]', `${'x'.repeat(8189)}[se`]);
    expect(requests[0]).toMatchObject({ runId: 'r1', dropped: 0 });
    expect(requests[0]?.lines[0]?.fieldsJson).toBe('{"key":"[secret]"}');
  });

  it('sends no more than fits into a message', async () => {
    for (let line = 0; line < 60; line++) logs.write('info', 'x'.repeat(8000), '');
    await logs.close();
    expect(messages()).toHaveLength(60);
    for (const { lines } of requests) expect(lines.length).toBeLessThanOrEqual(25);
  });

  it('drops lines above what can wait, and says how many', async () => {
    for (let line = 0; line < 1500; line++) logs.write('info', 'l', '');
    await logs.close();
    expect([messages().length, logs.written, logs.dropped]).toEqual([1000, 1000, 500]);
    expect(requests.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(500);
  });

  it('loses lines rather than holding up a run when nobody takes them', async () => {
    failing = true;
    logs.write('info', 'lost', '');
    await logs.close();
    expect(logs.dropped).toBe(1);
  });
});
