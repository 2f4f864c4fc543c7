import { once } from 'node:events';
import { type RunHalt, runHalt } from './run-halt.ts';

describe('runHalt', () => {
  let stopping: AbortController;
  let lost: AbortController;
  let begun: RunHalt[];
  beforeEach(() => {
    stopping = new AbortController();
    lost = new AbortController();
    begun = [];
  });
  afterEach(() => begun.forEach((halted) => halted.close()));
  const halt = (withinMs?: number): RunHalt => {
    const halted = runHalt({ stopping: stopping.signal, lost: lost.signal }, withinMs);
    begun.push(halted);
    return halted;
  };

  it('leaves an attempt of a runner that stops a while to give its run back', async () => {
    const halted = halt(1);
    stopping.abort(new Error('the runner stops'));
    expect(halted.work.aborted).toBe(true);
    expect(halted.isInterrupted).toBe(true);
    expect(halted.frames.aborted).toBe(false);
    await once(halted.frames, 'abort');
    expect(halted.frames.reason).toEqual(new Error('the runner stops'));
  });

  it('lets nothing more of a run go out that is not wanted, whether or not the runner stops as well', () => {
    const halted = halt();
    stopping.abort();
    lost.abort(new Error('not wanted'));
    halted.close();
    expect(halted.frames.aborted).toBe(true);
    expect(halted.isInterrupted).toBe(false);
  });

  it('knows what had happened before', async () => {
    stopping.abort();
    const halted = halt(1);
    await once(halted.frames, 'abort');
    lost.abort();
    expect(halt().frames.aborted).toBe(true);
  });

  it('leaves nothing behind when the attempt has ended', () => {
    const halted = halt();
    halted.close();
    lost.abort();
    expect(halted.frames.aborted).toBe(false);
  });
});
