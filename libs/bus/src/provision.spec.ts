import { JetStreamApiError, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { ensureStreams, isForming } from './provision.ts';

const gibibyte = 2 ** 30;

const lone = new JetStreamApiError({ code: 500, err_code: 10_047, description: 'refused' });
const cluster = new JetStreamApiError({
  code: 400,
  err_code: 10_005,
  description: 'no suitable peers for placement, insufficient storage',
});

/** A server that sets so much aside for FILES and no more; gives what streams were made with. */
async function madeWith(roomBytes: number, refusal = lone): Promise<Map<string, number>> {
  const made = new Map<string, number>();
  const failing = (code: number) =>
    Promise.reject(new JetStreamApiError({ code: 500, err_code: code, description: 'refused' }));
  const add = ({ name = '', max_bytes: maxBytes = -1 }: Partial<StreamConfig>) => {
    if (name === 'FILES' && maxBytes > roomBytes) return Promise.reject(refusal);
    made.set(name, maxBytes);
    return Promise.resolve();
  };
  const streams = { info: () => failing(10_059), add };
  await ensureStreams({ streams } as unknown as JetStreamManager);
  return made;
}

describe('ensureStreams', () => {
  it.each([
    [100 * gibibyte, 64 * gibibyte],
    [20 * gibibyte, 16 * gibibyte],
    [gibibyte, gibibyte],
    [gibibyte - 1, -1],
  ])('keeps files in what a server with %d bytes has room for', async (room, maxBytes) => {
    expect((await madeWith(room)).get('FILES')).toBe(maxBytes);
  });

  it('tells servers of a cluster that are full from those that are not there yet', async () => {
    expect((await madeWith(20 * gibibyte, cluster)).get('FILES')).toBe(16 * gibibyte);
    expect(isForming(cluster)).toBe(false);
    const away = { code: 400, err_code: 10_005, description: 'no suitable peers for placement' };
    const alone = new JetStreamApiError(away);
    expect(isForming(alone)).toBe(true);
    await expect(madeWith(20 * gibibyte, alone)).rejects.toBe(alone);
  });

  it('leaves alone what is as it should be, as a full server refuses even an update without a change', async () => {
    const made = new Map<string, Partial<StreamConfig>>();
    const refused = new JetStreamApiError({ code: 404, err_code: 10_059, description: 'none' });
    const updated: string[] = [];
    const streams = {
      info: async (name: string) => {
        const config = made.get(name);
        if (config === undefined) throw refused;
        return { config };
      },
      add: async ({ discard_new_per_subject: perSubject, ...config }: Partial<StreamConfig>) =>
        // A server of a cluster leaves out what is false.
        void made.set(config.name ?? '', {
          ...config,
          ...(perSubject === true ? { discard_new_per_subject: true } : {}),
        }),
      update: async (name: string) => void updated.push(name),
    };
    const manager = { streams } as unknown as JetStreamManager;
    await ensureStreams(manager);
    await ensureStreams(manager);
    expect(updated).toEqual([]);
    made.set('RUNS', { ...made.get('RUNS'), max_bytes: 1 });
    await ensureStreams(manager);
    expect(updated).toEqual(['RUNS']);
  });

  it('asks for as many copies as it is told', async () => {
    const copies: (number | undefined)[] = [];
    const streams = {
      info: () =>
        Promise.reject(new JetStreamApiError({ code: 404, err_code: 10_059, description: 'none' })),
      add: async ({ num_replicas: replicas }: Partial<StreamConfig>) => void copies.push(replicas),
    };
    await ensureStreams({ streams } as unknown as JetStreamManager, { replicas: 3 });
    expect(new Set(copies)).toEqual(new Set([3]));
  });

  it('makes the streams of fixed size first', async () => {
    expect([...(await madeWith(gibibyte)).keys()].at(-1)).toBe('FILES');
  });
});
