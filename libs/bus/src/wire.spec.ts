import { PersonCreatedSchema, RunSyncSchema } from '@made-open/contracts';
import { WireFormatError } from './errors.ts';
import { readEvents, readMessage, writeEvents, writeMessage } from './wire.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('writeMessage', () => {
  it('writes proto JSON with snake_case names', () => {
    expect(JSON.parse(writeMessage(RunSyncSchema, { runId: 'r', epoch: 3 }))).toEqual({
      run_id: 'r',
      epoch: 3,
    });
  });
});

describe('readMessage', () => {
  it('ignores fields that a newer version added', () => {
    const message = readMessage(RunSyncSchema, bytes('{"run_id":"r","invented":1}'));
    expect(message.runId).toBe('r');
  });

  it.each(['', 'null', '[]', '{"epoch":"x"}', '{"run_id":1}'])('refuses %j', (text) => {
    expect(() => readMessage(RunSyncSchema, bytes(text))).toThrow(WireFormatError);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => readMessage(RunSyncSchema, new Uint8Array([0x22, 0xff, 0x22]))).toThrow(
      WireFormatError,
    );
  });
});

describe('a batch of events', () => {
  const time = new Date('2026-01-02T03:04:05.678Z');
  const text = writeEvents(PersonCreatedSchema, { type: 'data.PersonCreated', source: 'etl' }, [
    { id: 'e1', time, subject: 'p1', message: { person: { displayName: 'Ada' } } },
  ]);

  it('is CloudEvents 1.0, which every tool reads', () => {
    expect(JSON.parse(text)).toEqual([
      {
        specversion: '1.0',
        id: 'e1',
        source: '/etl',
        type: 'data.PersonCreated',
        subject: 'p1',
        time: '2026-01-02T03:04:05.678Z',
        datacontenttype: 'application/json',
        data: { person: { display_name: 'Ada' } },
      },
    ]);
  });

  it('comes back as it was written', () => {
    expect(readEvents(PersonCreatedSchema, bytes(text))).toMatchObject([
      { id: 'e1', time, source: '/etl', message: { person: { displayName: 'Ada' } } },
    ]);
  });

  it.each(['{}', '[1]', '[{"data":{}}]', '[{"id":"","data":{}}]', '[{"id":"a"}]'])(
    'is refused when it is %s',
    (wrong) => {
      expect(() => readEvents(PersonCreatedSchema, bytes(wrong))).toThrow(WireFormatError);
    },
  );
});
