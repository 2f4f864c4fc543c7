import { create } from '@bufbuild/protobuf';
import { Effect, InvocationResultSchema } from '@made-open/contracts';
import { decide } from './decide.ts';
import { readOutcome } from './read-outcome.ts';

function outcome(told: object): ReturnType<typeof readOutcome> {
  const resultJson = JSON.stringify(told);
  return readOutcome(
    'message',
    create(InvocationResultSchema, { effect: Effect.DONE, resultJson }),
  );
}

describe('readOutcome', () => {
  it('believes a plugin that the provider refused, although it answered well', () => {
    const refused = outcome({
      status: 'failed',
      error: 'no such channel',
      errorCode: 'channel_not_found',
    });
    expect(refused).toMatchObject({
      effect: Effect.REFUSED,
      isPermanent: true,
      externalId: '',
      error: { code: 'channel_not_found', message: 'no such channel' },
    });
    const now = new Date();
    expect(decide(refused, { attempts: 1, createdAt: now, now, isIdempotent: false }).next).toBe(
      'failed',
    );
    expect(outcome({ status: 'failed' }).error?.code).toBe('provider.refused');
  });

  it('takes what else it says as it is', () => {
    expect(outcome({ status: 'delivered', externalId: 'm1' })).toMatchObject({
      effect: Effect.DONE,
      error: undefined,
      externalId: 'm1',
      isDelivered: true,
    });
  });
});
