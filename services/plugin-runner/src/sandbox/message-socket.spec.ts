import { PassThrough } from 'node:stream';
import { messageKinds } from './messages.ts';
import { MessageSocket } from './message-socket.ts';

describe('MessageSocket', () => {
  let messages: [number, string][];
  let faults: string[];
  let stream: PassThrough;
  let socket: MessageSocket;

  beforeEach(() => {
    messages = [];
    faults = [];
    // What is sent comes back on the same stream.
    stream = new PassThrough();
    socket = new MessageSocket(stream, {
      onMessage: (kind, payload) => messages.push([kind, payload.toString()]),
      onBroken: (error) => faults.push(error.message),
      maxBytes: (kind) => (kind === messageKinds.pong ? 0 : kind < 30 ? 10 : undefined),
    });
  });

  const flushed = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('hands out what was sent, in order, in parts too', async () => {
    socket.send(messageKinds.pong);
    socket.send(messageKinds.records, 'one', Buffer.from(' two'));
    await flushed();
    expect(messages).toEqual([
      [messageKinds.pong, ''],
      [messageKinds.records, 'one two'],
    ]);
  });

  it('puts messages together that come byte by byte', async () => {
    const bytes = Buffer.from('\0\0\0\x03\x10abc\0\0\0\x01\x10d');
    for (const byte of bytes) stream.write(Buffer.of(byte));
    await flushed();
    expect(messages).toEqual([
      [16, 'abc'],
      [16, 'd'],
    ]);
  });

  it.each([
    [
      'a length above the limit of its kind',
      Buffer.from([0, 0, 0, 11, 16]),
      'kind 16 with 11 bytes',
    ],
    ['a kind that does not exist', Buffer.from([0, 0, 0, 0, 99]), 'kind 99 with 0 bytes'],
  ])(
    'breaks at %s, before the payload comes, and hears nothing any more',
    async (_, bytes, says) => {
      stream.write(bytes);
      stream.write(Buffer.from('\0\0\0\x01\x10d'));
      await flushed();
      expect(faults).toEqual([expect.stringContaining(says)]);
      expect(messages).toEqual([]);
    },
  );
});
