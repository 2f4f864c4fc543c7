import { fileObjectsContract } from '../../test/files/file-objects.contract.ts';
import { MemoryFileObjects } from './memory-file-objects.ts';

describe('MemoryFileObjects', () => {
  const objects = new MemoryFileObjects();
  fileObjectsContract(() => objects);
});
