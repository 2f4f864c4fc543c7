import { TooManyRequestsError } from '@made-open/nest';
import { StreamsClosedError } from '../errors.ts';
import { OpenStreams } from './open-streams.ts';

describe('OpenStreams', () => {
  let streams: OpenStreams;

  beforeEach(() => {
    streams = new OpenStreams({ perKey: 2, all: 3 });
  });

  it('lets a key have no more than its number, until one has ended', () => {
    const first = streams.open('a');
    streams.open('a');
    expect(() => streams.open('a')).toThrow(TooManyRequestsError);
    first.abort();
    first.abort();
    streams.open('a');
    expect(streams.count).toBe(2);
  });

  it('lets all keys together have no more than theirs', () => {
    for (const key of ['a', 'b', 'c']) streams.open(key);
    expect(() => streams.open('d')).toThrow(TooManyRequestsError);
  });

  it('ends all with the service, and begins none after that', () => {
    const open = [streams.open('a'), streams.open('b')];
    streams.close();
    expect(open.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(streams.count).toBe(0);
    expect(() => streams.open('a')).toThrow(StreamsClosedError);
  });
});
