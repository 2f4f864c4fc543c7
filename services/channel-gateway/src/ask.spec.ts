import { CallTimeoutError, RemoteError } from '@made-open/bus';
import { EntityService } from '@made-open/contracts';
import { askOver, type Ask } from './ask.ts';
import { UnavailableError } from './errors.ts';

const { getEntity } = EntityService.method;

function failing(fault: Error): Ask {
  return askOver({ call: () => Promise.reject(fault) }, 1000);
}

describe('askOver', () => {
  it('tells a client nothing of subjects and services that do not answer', async () => {
    for (const error of [
      new CallTimeoutError('cmd.etl.GetEntity', 1000),
      new RemoteError('etl.database_unavailable', 'connection to 10.0.0.1 refused', 'later'),
    ]) {
      const failure: unknown = await failing(error)(getEntity, {}).catch((cause: unknown) => cause);
      expect(failure).toBeInstanceOf(UnavailableError);
      expect(failure).toMatchObject({ code: 'gateway.unavailable', retryAfterSeconds: 2 });
      expect(String(failure)).not.toMatch(/etl|10\.0/u);
    }
  });

  it('passes on what a service refuses, and its faults', async () => {
    for (const error of [
      new RemoteError('etl.invalid_request', 'the cursor is not one that a page gave', 'never'),
      new RemoteError('internal', 'etl could not answer', 'later'),
    ])
      await expect(failing(error)(getEntity, {})).rejects.toBe(error);
  });
});
