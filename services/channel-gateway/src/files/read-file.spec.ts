import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  ReadFileChunkResponseSchema,
  GetFileResponseSchema,
  FileService,
  type CallMethod,
} from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { ReadFile } from './read-file.ts';

const fileId = 'a'.repeat(64);

/** etl with these parts of one file. */
function etlWith(parts: readonly string[]): Ask {
  return ((method: CallMethod, request: { fileId: string; chunk: number }) => {
    if (method === FileService.method.getFile) {
      const file: MessageInitShape<typeof GetFileResponseSchema> =
        request.fileId === fileId ? { file: { fileId, chunks: 3 } } : {};
      return Promise.resolve(create(GetFileResponseSchema, file));
    }
    const part = parts[request.chunk];
    const answer = part === undefined ? {} : { found: true, content: Buffer.from(part) };
    return Promise.resolve(create(ReadFileChunkResponseSchema, answer));
  }) as unknown as Ask;
}

async function contentOf(parts: readonly string[]): Promise<string> {
  const reads = new ReadFile(etlWith(parts));
  const content = await reads.content('default', await reads.describe('default', fileId));
  let text = '';
  for await (const part of content) text += Buffer.from(part).toString();
  return text;
}

describe('ReadFile', () => {
  it('gives all parts in order', async () => {
    expect(await contentOf(['one ', 'two ', 'three'])).toBe('one two three');
  });

  it('does not begin without the first part, and does not end without the last', async () => {
    for (const parts of [[], ['one ', 'two ']])
      await expect(contentOf(parts)).rejects.toMatchObject({ code: 'file.not_found' });
  });

  it.each(['b'.repeat(64), '', '../x', `${fileId}0`, 'A'.repeat(64)])(
    'knows no file %j',
    async (id) => {
      const reads = new ReadFile(etlWith([]));
      await expect(reads.describe('default', id)).rejects.toMatchObject({ code: 'file.not_found' });
    },
  );
});
