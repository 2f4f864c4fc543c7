/** Where the content of files is kept, in parts; an object is what one upload made. */
export abstract class FileObjects {
  /** Keeps a part; one that is there is replaced. */
  abstract put(object: string, chunk: number, content: Uint8Array): Promise<void>;
  abstract get(object: string, chunk: number): Promise<Uint8Array | undefined>;
  /** Removes all parts; one that is gone already is no fault. */
  abstract remove(object: string): Promise<void>;
}
