import { eraseAll } from './erase-all.ts';

class Rows {
  readonly #of = new Map<string, number>();

  constructor(of: Record<string, number>) {
    for (const [id, rows] of Object.entries(of)) this.#of.set(id, rows);
  }

  left(id: string): number {
    return this.#of.get(id) ?? 0;
  }

  erase(id: string, limit: number): Promise<number> {
    const some = Math.min(this.left(id), limit);
    this.#of.set(id, this.left(id) - some);
    return Promise.resolve(some);
  }
}

describe('eraseAll', () => {
  it('erases all of a connection from each store, and nothing of another', async () => {
    const [first, second] = [new Rows({ a: 2500, b: 1 }), new Rows({ a: 1, b: 2 })];
    let steps = 0;
    await eraseAll([first, second], 'a', () => steps++);
    expect([first.left('a'), second.left('a'), first.left('b'), second.left('b')]).toEqual([
      0, 0, 1, 2,
    ]);
    expect(steps).toBe(4);
  });
});
