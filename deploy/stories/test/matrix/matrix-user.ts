import { randomUUID } from 'node:crypto';
import type { Homeserver } from './homeserver.ts';

const root = '/_matrix/client/v3';

export interface RoomEvent {
  readonly event_id: string;
  readonly sender: string;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A person with a Matrix client. */
export class MatrixUser {
  readonly id: string;
  readonly token: string;
  readonly #homeserver: Homeserver;

  constructor(homeserver: Homeserver, id: string, token: string) {
    this.#homeserver = homeserver;
    this.id = id;
    this.token = token;
  }

  /** Makes a room and invites others to it. */
  async makeRoom(name: string, invite: readonly string[]): Promise<string> {
    const { room_id: roomId } = await this.#ask<{ room_id: string }>('POST', '/createRoom', {
      name,
      invite,
      preset: 'private_chat',
    });
    return roomId;
  }

  /** Writes into a room; resolves to the event's id. */
  say(roomId: string, body: string): Promise<string> {
    return this.send(roomId, { msgtype: 'm.text', body });
  }

  async send(roomId: string, content: object): Promise<string> {
    const path = `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${randomUUID()}`;
    return (await this.#ask<{ event_id: string }>('PUT', path, content)).event_id;
  }

  /** Takes a message back. */
  async redact(roomId: string, eventId: string): Promise<void> {
    const path = [roomId, 'redact', eventId, randomUUID()].map(encodeURIComponent).join('/');
    await this.#ask('PUT', `/rooms/${path}`, {});
  }

  async upload(content: Buffer): Promise<string> {
    const { content_uri: uri } = await this.#homeserver.ask<{ content_uri: string }>(
      'POST',
      '/_matrix/media/v3/upload',
      { body: content, token: this.token },
    );
    return uri;
  }

  /** Every message of a room, the oldest first. */
  async messages(roomId: string): Promise<RoomEvent[]> {
    const found: RoomEvent[] = [];
    for (let from: string | undefined = ''; from !== undefined;) {
      const at: string = from === '' ? '' : `&from=${encodeURIComponent(from)}`;
      const page = await this.#ask<{ chunk: RoomEvent[]; end?: string }>(
        'GET',
        `/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=100${at}`,
      );
      found.push(...page.chunk);
      from = page.end;
    }
    return found.filter(({ type }) => type === 'm.room.message').toReversed();
  }

  /** Rooms that it is in. */
  async rooms(): Promise<string[]> {
    return (await this.#ask<{ joined_rooms: string[] }>('GET', '/joined_rooms')).joined_rooms;
  }

  join(roomId: string): Promise<unknown> {
    return this.#ask('POST', `/rooms/${encodeURIComponent(roomId)}/join`, {});
  }

  #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#homeserver.ask<T>(method, `${root}${path}`, { body, token: this.token });
  }
}
