import { EventFeed } from './event-feed.ts';
import type { LoggedMessage } from './event-log.ts';
import { MemoryEventLog } from './memory-event-log.ts';

class CountedLog extends MemoryEventLog {
  readonly reads: number[] = [];

  override after(sequence: number): Promise<LoggedMessage[]> {
    this.reads.push(sequence);
    return super.after(sequence);
  }
}

describe('EventFeed', () => {
  let log: CountedLog;
  let feed: EventFeed;

  beforeEach(() => {
    log = new CountedLog();
    feed = new EventFeed(log, 1);
  });

  it('reads once for all who are at the same place', async () => {
    log.append([]);
    const pages = await Promise.all([feed.after(0), feed.after(0), feed.after(0)]);
    expect(pages.map((page) => page.length)).toEqual([1, 1, 1]);
    await feed.after(0);
    expect(log.reads).toEqual([0]);
  });

  it('does not remember that there was nothing', async () => {
    expect(await feed.after(0)).toEqual([]);
    log.append([]);
    expect(await feed.after(0)).toHaveLength(1);
  });

  it('keeps only the last pages', async () => {
    for (let n = 0; n < 10; n++) log.append([]);
    for (let n = 0; n < 9; n++) await feed.after(n);
    expect(log.reads).toHaveLength(9);
    await feed.after(8);
    expect(log.reads).toHaveLength(9);
    await feed.after(0);
    expect(log.reads).toHaveLength(10);
  });

  it('wakes all who wait together', async () => {
    const first = feed.nextLook();
    expect(feed.nextLook()).toBe(first);
    await first;
    expect(feed.nextLook()).not.toBe(first);
  });

  it('tries again after a read that failed', async () => {
    log.after = () => Promise.reject(new Error('away'));
    await expect(feed.after(0)).rejects.toThrow('away');
    log.after = (sequence) => MemoryEventLog.prototype.after.call(log, sequence);
    expect(await feed.after(0)).toEqual([]);
  });
});
