import { KeptServer, type Server } from './kept-server.ts';

/** A server that ends when the test says so. */
class FakeServer implements Server {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  isStopped = false;
  end: (code: number | null) => void = () => undefined;

  constructor(pid: number) {
    this.pid = pid;
    this.exited = new Promise((resolve) => (this.end = resolve));
  }

  stop(): Promise<void> {
    this.isStopped = true;
    this.end(0);
    return Promise.resolve();
  }
}

/** Starts servers, of which those named fail; says when each was started. */
function factory(failing: readonly number[] = []) {
  const servers: FakeServer[] = [];
  const notes: string[] = [];
  const waiting = new Map<number, () => void>();
  const start = (): Promise<FakeServer> => {
    const server = new FakeServer(servers.length);
    servers.push(server);
    waiting.get(servers.length)?.();
    return failing.includes(server.pid)
      ? Promise.reject(new Error(`start ${String(server.pid)} failed`))
      : Promise.resolve(server);
  };
  const kept = new KeptServer('fake', start, { note: (text) => notes.push(text), pausesMs: [1] });
  const startedTimes = (times: number): Promise<void> =>
    servers.length >= times
      ? Promise.resolve()
      : new Promise((resolve) => waiting.set(times, resolve));
  return { kept, servers, notes, startedTimes };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('KeptServer', () => {
  it('starts a server again that ends by itself', async () => {
    const { kept, servers, notes, startedTimes } = factory();
    await kept.start();
    servers[0]?.end(1);
    await startedTimes(2);
    await settled();
    expect(kept.current).toBe(servers[1]);
    expect(notes).toEqual(['fake ended (1) and is started again']);
    await kept.stop();
  });

  it('tries until a start succeeds', async () => {
    const { kept, servers, notes, startedTimes } = factory([1, 2]);
    await kept.start();
    servers[0]?.end(null);
    await startedTimes(4);
    await settled();
    expect(kept.current).toBe(servers[3]);
    expect(notes.slice(1)).toEqual(['start 1 failed', 'start 2 failed']);
    await kept.stop();
  });

  it('fails when the first start fails', async () => {
    const { kept } = factory([0]);
    await expect(kept.start()).rejects.toThrow('start 0 failed');
    await kept.stop();
  });

  it('starts nothing any more once it is stopped', async () => {
    const { kept, servers } = factory();
    await kept.start();
    await kept.stop();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(servers).toHaveLength(1);
    expect(servers[0]?.isStopped).toBe(true);
  });

  it('stops a server whose start was on its way when it was stopped', async () => {
    const { kept, servers, startedTimes } = factory();
    await kept.start();
    servers[0]?.end(1);
    await startedTimes(2);
    await kept.stop();
    expect(servers[1]?.isStopped).toBe(true);
  });
});
