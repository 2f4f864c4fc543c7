import { create } from '@bufbuild/protobuf';
import { settle } from '@made-open/bus';
import { WebhookReceivedSchema } from '@made-open/contracts';
import { addDelivery } from './add-delivery.ts';

const received = create(WebhookReceivedSchema, { deliveryId: 'd1' });

async function settlementOf(fault: Error) {
  const store = { add: () => Promise.reject(fault) };
  const error: unknown = await addDelivery(store, received).catch((thrown: unknown) => thrown);
  return settle(error, 1000);
}

const withCode = (code: string) => Object.assign(new Error('no'), { code });

describe('addDelivery', () => {
  it.each(['57P01', '53300', 'ECONNREFUSED', '28000', '42P01', '25P03'])(
    'keeps a delivery however long the database is away: %s',
    async (code) => {
      expect(await settlementOf(withCode(code))).toEqual({ nakAfterMs: expect.any(Number) });
    },
  );

  it('keeps it when nobody says what is wrong', async () => {
    const fault = new Error('Connection terminated unexpectedly');
    expect(await settlementOf(fault)).toEqual({ nakAfterMs: expect.any(Number) });
  });

  it.each(['22P05', '23502'])('gives up what can never be stored: %s', async (code) => {
    expect(await settlementOf(withCode(code))).toMatchObject({
      deadLetter: { code: 'gateway.delivery_unstorable' },
    });
  });
});
