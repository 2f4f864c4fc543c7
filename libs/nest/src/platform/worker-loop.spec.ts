import { jest } from '@jest/globals';
import { WorkerLoop, type DueWork } from './worker-loop.ts';

const hourMs = 3_600_000;
const warn = jest.fn();

function loopOf(workOff: DueWork['workOff'], tickMs = hourMs): WorkerLoop {
  return new WorkerLoop({ what: 'letters', workOff, tickMs }, { warn });
}

/** Work that counts its looks; each gives what stands at its place. */
function counted(...answers: readonly (boolean | Error)[]) {
  const looks = { count: 0 };
  const waiting = new Map<number, () => void>();
  const workOff = async (): Promise<boolean> => {
    const answer = answers[looks.count] ?? false;
    looks.count += 1;
    waiting.get(looks.count)?.();
    await Promise.resolve();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const reached = (count: number): Promise<void> =>
    looks.count >= count
      ? Promise.resolve()
      : new Promise((resolve) => waiting.set(count, resolve));
  return { looks, workOff, reached };
}

describe('WorkerLoop', () => {
  beforeEach(() => warn.mockReset());

  it('goes on at once as long as there is more', async () => {
    const { looks, workOff, reached } = counted(true, true);
    const loop = loopOf(workOff);
    loop.start();
    await reached(3);
    await loop.stop();
    expect(looks.count).toBe(3);
  });

  it('looks again when it is told of something, also while it looks', async () => {
    const { workOff, reached } = counted();
    const loop = loopOf(workOff);
    loop.start();
    await reached(1);
    loop.kick();
    await reached(2);
    await loop.stop();
  });

  it('looks now and then without being told', async () => {
    const { workOff, reached } = counted();
    const loop = loopOf(workOff, 1);
    loop.start();
    await reached(3);
    await loop.stop();
  });

  it('tells of a failure and goes on', async () => {
    const { workOff, reached } = counted(new Error('no database'));
    const loop = loopOf(workOff, 1);
    loop.start();
    await reached(2);
    await loop.stop();
    expect(warn).toHaveBeenCalledWith('due work could not be done', {
      what: 'letters',
      error: expect.objectContaining({ message: 'no database' }) as unknown,
    });
  });

  it('finishes what it does before it has stopped, and tells it to hurry', async () => {
    const started = Promise.withResolvers<void>();
    const told: string[] = [];
    const loop = loopOf(async (stopping) => {
      started.resolve();
      await new Promise((resolve) => stopping.addEventListener('abort', resolve));
      told.push('done');
      return true;
    });
    loop.start();
    await started.promise;
    await loop.stop();
    expect(told).toEqual(['done']);
  });
});
