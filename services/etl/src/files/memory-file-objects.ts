import { FileObjects } from './file-objects.ts';

export class MemoryFileObjects extends FileObjects {
  readonly #objects = new Map<string, Map<number, Uint8Array>>();

  get size(): number {
    return this.#objects.size;
  }

  override put(object: string, chunk: number, content: Uint8Array): Promise<void> {
    const parts = this.#objects.get(object) ?? new Map<number, Uint8Array>();
    this.#objects.set(object, parts.set(chunk, content.slice()));
    return Promise.resolve();
  }

  override get(object: string, chunk: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#objects.get(object)?.get(chunk)?.slice());
  }

  override remove(object: string): Promise<void> {
    this.#objects.delete(object);
    return Promise.resolve();
  }
}
