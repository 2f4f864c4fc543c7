import { aChange, aQuery } from '../../test/builders.ts';
import { IndexRefusedError, IndexUnavailableError } from '../errors.ts';
import { MemorySearchIndex } from '../search/memory-search-index.ts';
import type { IndexChange } from '../search/search-index.ts';
import { ChangeQueue } from './change-queue.ts';

/** Writes when it is told to, and fails as it is told to. */
class SlowIndex extends MemorySearchIndex {
  readonly writes: number[] = [];
  readonly gate = Promise.withResolvers<void>();
  fault: (changes: readonly IndexChange[]) => Error | undefined = () => undefined;

  override async apply(changes: readonly IndexChange[]): Promise<void> {
    await this.gate.promise;
    this.writes.push(changes.length);
    const fault = this.fault(changes);
    if (fault !== undefined) throw fault;
    await super.apply(changes);
  }
}

describe('ChangeQueue', () => {
  it('merges batches that arrive during a write into the next one', async () => {
    const index = new SlowIndex();
    const queue = new ChangeQueue(index);
    const written = ['one', 'two', 'three'].map((title) => queue.write([aChange({ title })]));
    index.gate.resolve();
    await Promise.all(written);
    expect(index.writes).toEqual([1, 2]);
    expect((await index.search(aQuery('three'))).total).toBe(1);
    await queue.write([aChange({ title: 'four' })]);
    expect(index.writes).toEqual([1, 2, 1]);
  });

  it('writes the other batches when one of them cannot be written', async () => {
    const index = new SlowIndex();
    index.fault = (changes) =>
      changes.some(({ document }) => document?.title === 'bad') ? new Error('bad') : undefined;
    const queue = new ChangeQueue(index);
    const written = ['first', 'bad', 'good'].map((title) => queue.write([aChange({ title })]));
    index.gate.resolve();
    expect((await Promise.allSettled(written)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(index.writes).toEqual([1, 2, 1, 1]);
    expect((await index.search(aQuery('good'))).total).toBe(1);
  });

  it('does not try each batch when the index is away', async () => {
    const index = new SlowIndex();
    index.fault = () => new IndexUnavailableError(undefined);
    const queue = new ChangeQueue(index);
    const written = [1, 2, 3].map(() => queue.write([aChange()]));
    index.gate.resolve();
    for (const { status } of await Promise.allSettled(written)) expect(status).toBe('rejected');
    expect(index.writes).toEqual([1, 2]);
  });

  it('writes the other changes of a batch when the index refuses one, and says so', async () => {
    const index = new SlowIndex();
    const fault = new IndexRefusedError('400');
    index.fault = (changes) =>
      changes.some(({ document }) => document?.title === 'bad') ? fault : undefined;
    index.gate.resolve();
    const batch = ['good one', 'bad', 'good two'].map((title) => aChange({ title }));
    await expect(new ChangeQueue(index).write(batch)).rejects.toBe(fault);
    expect((await index.search(aQuery('good'))).total).toBe(2);
  });
});
