import { create } from '@bufbuild/protobuf';
import type { Bus } from '@made-open/bus';
import { RunSyncSchema } from '@made-open/contracts';
import { RunLease } from './run-lease.ts';

const command = create(RunSyncSchema, { runId: 'r1', epoch: 7 });

describe('RunLease', () => {
  const asked: unknown[] = [];
  let answer: () => Promise<unknown>;
  const bus = {
    call: ((_method: unknown, request: unknown) => {
      asked.push(request);
      return answer();
    }) as Bus['call'],
  } as unknown as Bus;
  const lease = (): RunLease => {
    const runner = { bus, token: 'com_example_a', stopping: new AbortController().signal };
    return new RunLease(runner, command, 2);
  };

  it('is kept while the scheduler wants the run', async () => {
    answer = async () => ({ wanted: true });
    const kept = lease();
    await kept.renew();
    expect(kept.lost.aborted).toBe(false);
    expect(asked).toEqual([{ runId: 'r1', epoch: 7, attempt: 2 }]);
  });

  it('is kept while the scheduler is away', async () => {
    answer = () => Promise.reject(new Error('nobody answers'));
    const kept = lease();
    await kept.renew();
    expect(kept.lost.aborted).toBe(false);
  });

  it('is lost for good once the run is not wanted', async () => {
    answer = async () => ({ wanted: false });
    const lost = lease();
    await lost.renew();
    answer = async () => ({ wanted: true });
    await lost.renew();
    expect(lost.lost.reason).toMatchObject({ code: 'runner.not_wanted' });
  });

  it('says when a later attempt has the run, whose command is then settled elsewhere', async () => {
    answer = async () => ({ wanted: false, superseded: true });
    const lost = lease();
    await lost.renew();
    expect(lost.lost.reason).toMatchObject({
      code: 'runner.attempt_superseded',
      retry: 'elsewhere',
    });
  });
});
