import { readRecords } from '@made-open/contracts';
import { GeneratorPump, type PulledText } from './generator-pump.ts';
import { checkpointRecord, eventRecord } from './guest-record.ts';

const item = (id: string): object => ({ type: 'person', externalId: id, data: {}, raw: null });
const itemBytes = 1000;

function pumpOf(make: (pump: GeneratorPump) => AsyncGenerator, isWaiting = false): GeneratorPump {
  const pump = new GeneratorPump({ itemBytes, isWaiting: () => isWaiting });
  pump.begin(make(pump));
  return pump;
}

function idsOf({ v }: PulledText): string[] {
  if (v === '') return [];
  return readRecords(Buffer.from(v)).sections.flatMap((section) =>
    'ids' in section ? section.ids : [section.kind],
  );
}

describe('GeneratorPump', () => {
  it('draws as many items as were pulled, and no more', async () => {
    let made = 0;
    const pump = pumpOf(async function* () {
      for (;;) yield item(String(made++));
    });
    expect(idsOf(await pump.pull(3, 10_000))).toEqual(['0', '1', '2']);
    expect(made).toBe(3);
    expect(idsOf(await pump.pull(2, 10_000))).toEqual(['3', '4']);
  });

  it('says that it is done with the last frame', async () => {
    const pump = pumpOf(async function* () {
      yield item('a');
    });
    const pulled = await pump.pull(10, 10_000);
    expect([idsOf(pulled), pulled.done]).toEqual([['a'], true]);
    expect(await pump.pull(10, 10_000)).toEqual({ v: '', done: true });
  });

  it('hands out what it has while the plugin waits for something outside', async () => {
    const answer = Promise.withResolvers<void>();
    const pump = pumpOf(async function* () {
      yield item('before');
      await answer.promise;
      yield item('behind');
    }, true);
    expect(idsOf(await pump.pull(10, 10_000))).toEqual(['before']);
    answer.resolve();
    expect(idsOf(await pump.pull(10, 10_000))).toEqual(['behind']);
  });

  it('keeps events and checkpoints behind the items yielded before them', async () => {
    const pump = pumpOf(async function* (own) {
      yield item('a');
      own.add(eventRecord('connector.Seen', {}, itemBytes));
      own.add(checkpointRecord(1, false));
      yield item('b');
    });
    expect(idsOf(await pump.pull(10, 10_000))).toEqual(['a', 'event', 'checkpoint']);
    expect(idsOf(await pump.pull(10, 10_000))).toEqual(['b']);
  });

  it('ends only behind work that was begun and not awaited', async () => {
    const work = Promise.withResolvers<void>();
    const pump = pumpOf(async function* (own) {
      void own.hold(work.promise).then(() => own.add(eventRecord('connector.Late', {}, itemBytes)));
      yield item('a');
    }, true);
    const first = await pump.pull(10, 10_000);
    expect([idsOf(first), first.done]).toEqual([['a'], false]);
    work.resolve();
    const second = await pump.pull(10, 10_000);
    expect([idsOf(second), second.done]).toEqual([['event'], true]);
  });

  it('goes on behind an item that it has to refuse', async () => {
    const pump = pumpOf(async function* () {
      yield item('good');
      yield { type: 'person', externalId: 7 };
      yield 'no item';
      yield item('behind');
    });
    const { v, done } = await pump.pull(10, 10_000);
    expect(done).toBe(true);
    expect(readRecords(Buffer.from(v)).sections).toEqual([
      { kind: 'item', type: 'person', ids: ['good', 'behind'] },
      {
        kind: 'refused',
        type: 'person',
        ids: [''],
        reasons: [expect.stringMatching(/must be strings.*; it is item 2 of its run/u)],
        sizes: [0],
      },
      {
        kind: 'refused',
        type: '',
        ids: [''],
        reasons: [expect.stringMatching(/must yield objects.*; it is item 3 of its run/u)],
        sizes: [0],
      },
    ]);
  });

  it('hands out what was yielded before a fault, and keeps nothing that comes behind it', async () => {
    const pump = pumpOf(async function* () {
      yield item('good');
      throw new Error('in sync');
    });
    expect(idsOf(await pump.pull(10, 10_000))).toEqual(['good']);
    pump.add(checkpointRecord('past the fault', false));
    await expect(pump.pull(10, 10_000)).rejects.toThrow('in sync');
  });

  it('rejects the pull with what the generator throws, or what failed outside of it', async () => {
    const thrown = pumpOf(async function* () {
      yield item('a');
      throw new Error('in sync');
    });
    expect(idsOf(await thrown.pull(10, 10_000))).toEqual(['a']);
    await expect(thrown.pull(10, 10_000)).rejects.toThrow('in sync');
    const stuck = pumpOf(async function* () {
      await new Promise(() => undefined);
      yield item('never');
    });
    const pulled = stuck.pull(10, 10_000);
    stuck.fail(new Error('in a timer'));
    await expect(pulled).rejects.toThrow('in a timer');
  });
});
