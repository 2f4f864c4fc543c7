import { eventually } from '@made-open/testing';
import { MemoryLogger } from '../../../test/platform/memory-parts.ts';
import type { ApiRequest } from './api-server.ts';
import { WatchedObjects } from './watched-objects.ts';

type Event = (event: unknown) => void;

const object = (name: string, resourceVersion: string, value = '') => ({
  metadata: { name, resourceVersion },
  value,
});

/** An API server with one list; a test ends its watch, or tells of a change. */
class FakeServer {
  items: object[] = [];
  lists = 0;
  refusal: Error | undefined;
  readonly watched: ApiRequest[] = [];
  tell: Event = () => undefined;
  endWatch: (error?: Error) => void = () => undefined;

  ask(): Promise<unknown> {
    this.lists++;
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    return Promise.resolve({ metadata: { resourceVersion: '10' }, items: this.items });
  }

  watch(asked: ApiRequest, onEvent: Event, signal: AbortSignal): Promise<void> {
    this.watched.push(asked);
    this.tell = onEvent;
    return new Promise((resolve, reject) => {
      this.endWatch = (error) => (error === undefined ? resolve() : reject(error));
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

describe('WatchedObjects', () => {
  let server: FakeServer;
  let heard: string[];
  let logger: MemoryLogger;
  let watched: WatchedObjects<string>;

  beforeEach(async () => {
    server = new FakeServer();
    server.items = [object('a', '1', 'one'), object('b', '2', 'two')];
    heard = [];
    logger = new MemoryLogger();
    watched = new WatchedObjects({
      server,
      path: '/things',
      labelSelector: 'mine=yes',
      read: (found) => String(Object.entries(found ?? {}).find(([name]) => name === 'value')?.[1]),
      onChange: (before, after) => heard.push(`${before ?? ''}>${after ?? ''}`),
      logger,
    });
    await watched.start();
    await eventually(() => expect(server.watched).toHaveLength(1));
  });
  afterEach(() => watched.stop());

  it('knows all from its start, and watches from there', () => {
    expect(watched.all()).toEqual(['one', 'two']);
    expect(server.watched[0]?.query).toMatchObject({
      labelSelector: 'mine=yes',
      resourceVersion: '10',
    });
  });

  it('follows what changes, comes and goes', () => {
    server.tell({ type: 'MODIFIED', object: object('a', '11', 'changed') });
    server.tell({ type: 'ADDED', object: object('c', '12', 'three') });
    server.tell({ type: 'DELETED', object: object('b', '13') });
    server.tell({ type: 'BOOKMARK', object: object('', '14') });
    expect(watched.all()).toEqual(['changed', 'three']);
    expect(heard.slice(2)).toEqual(['one>changed', '>three', 'two>']);
  });

  it('believes nothing older than what was written here', () => {
    watched.note(object('a', '20', 'written'));
    server.tell({ type: 'MODIFIED', object: object('a', '15', 'before that') });
    expect(watched.all()).toEqual(['written', 'two']);
  });

  it('lists anew when a watch ends, and finds what it was not told', async () => {
    server.items = [object('a', '30', 'missed')];
    server.endWatch();
    await eventually(() => expect(watched.all()).toEqual(['missed']));
    expect(heard.slice(2)).toEqual(['one>missed', 'two>']);
    await eventually(() => expect(server.watched).toHaveLength(2));
  });

  it('goes on when the server was away', async () => {
    server.refusal = new Error('no route');
    server.endWatch(new Error('reset'));
    await eventually(() => expect(logger.messages).not.toEqual([]));
    server.refusal = undefined;
    server.items = [object('d', '40', 'there again')];
    await eventually(() => expect(watched.all()).toEqual(['there again']));
  });

  it('follows once, however often it is started', async () => {
    await watched.start();
    await watched.start();
    expect(server.watched).toHaveLength(1);
  });

  it('asks no more when it is stopped', async () => {
    watched.stop();
    const { lists } = server;
    server.endWatch();
    await Promise.resolve();
    expect(server.lists).toBe(lists);
  });
});
