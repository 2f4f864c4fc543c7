import { create } from '@bufbuild/protobuf';
import { Effect, InvocationResultSchema } from '@made-open/contracts';
import { decide } from './decide.ts';
import { readOutcome } from './read-outcome.ts';

function outcome(
  told: object,
  kind: 'message' | 'fax' = 'message',
): ReturnType<typeof readOutcome> {
  const resultJson = JSON.stringify(told);
  return readOutcome(kind, create(InvocationResultSchema, { effect: Effect.DONE, resultJson }));
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

  it('believes it of a fax that the provider has no id for, and takes one that has failed later as sent', () => {
    const refused = outcome(
      { status: 'failed', error: 'step "send": HTTP 400', errorCode: 'http.400' },
      'fax',
    );
    expect(refused).toMatchObject({ effect: Effect.REFUSED, error: { code: 'http.400' } });
    expect(outcome({ status: 'failed', jobId: 'f1' }, 'fax')).toMatchObject({
      effect: Effect.DONE,
      externalId: 'f1',
    });
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
