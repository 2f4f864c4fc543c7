import { redacted, roomMessage } from './room-message.ts';

const event = (content: object, change: object = {}): object => ({
  type: 'm.room.message',
  event_id: '$1',
  sender: '@ada:example.org',
  origin_server_ts: 1_700_000_000_000,
  content,
  ...change,
});

describe('roomMessage', () => {
  it('reads text, its formatted form, and what it answers', () => {
    const content = {
      msgtype: 'm.text',
      body: 'yes',
      format: 'org.matrix.custom.html',
      formatted_body: '<b>yes</b>',
      'm.relates_to': { 'm.in_reply_to': { event_id: '$0' } },
    };
    expect(roomMessage('!room', event(content))).toEqual({
      eventId: '$1',
      roomId: '!room',
      sender: '@ada:example.org',
      sentAt: '2023-11-14T22:13:20.000Z',
      body: 'yes',
      html: '<b>yes</b>',
      inReplyTo: '$0',
      replaces: undefined,
      media: undefined,
    });
  });

  it('reads what an edit says now, and of which message', () => {
    const content = {
      msgtype: 'm.text',
      body: '* spelling',
      'm.new_content': { msgtype: 'm.text', body: 'spelling' },
      'm.relates_to': { rel_type: 'm.replace', event_id: '$0' },
    };
    expect(roomMessage('!room', event(content))).toMatchObject({
      body: 'spelling',
      replaces: '$0',
    });
  });

  it('reads a file, but not that of an encrypted room', () => {
    const content = {
      msgtype: 'm.image',
      body: 'a.png',
      url: 'mxc://example.org/abc',
      info: { mimetype: 'image/png', size: 3 },
    };
    expect(roomMessage('!room', event(content))?.media).toEqual({
      uri: 'mxc://example.org/abc',
      name: 'a.png',
      contentType: 'image/png',
      sizeBytes: 3,
    });
    const encrypted = { ...content, url: undefined, file: { url: 'mxc://example.org/abc' } };
    expect(roomMessage('!room', event(encrypted))?.media).toBeUndefined();
  });

  it.each([
    ['what was taken back', event({})],
    ['what is no message', event({ body: 'x' }, { type: 'm.room.topic' })],
    ['what is no event', 'x'],
  ])('leaves %s', (_, given) => {
    expect(roomMessage('!room', given)).toBeUndefined();
  });

  it('keeps a message whose server is out of its mind about time', () => {
    const odd = event({ msgtype: 'm.text', body: 'x' }, { origin_server_ts: 1e300 });
    expect(roomMessage('!room', odd)?.sentAt).toBe('1970-01-01T00:00:00.000Z');
  });
});

describe('redacted', () => {
  it('names the message in either form of a redaction', () => {
    expect(redacted({ type: 'm.room.redaction', redacts: '$0' })).toBe('$0');
    expect(redacted({ type: 'm.room.redaction', content: { redacts: '$0' } })).toBe('$0');
    expect(redacted(event({ body: 'x' }))).toBeUndefined();
  });
});
