import type { Bus } from '@made-open/bus';
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { BusPlatformFiles, filePartsGate } from './bus-platform-files.ts';

const origin = { connectionId: 'c', runId: 'r', epoch: 3, attempt: 2 };
const part = { uploadId: 'u', chunk: 0, content: Buffer.from('Ada') };

/** etl that answers with errors first. */
function filesOf(...errors: Error[]) {
  const asked: unknown[] = [];
  const call = ((_method: unknown, request: unknown, options: { parameters: unknown }) => {
    asked.push([request, options.parameters]);
    const error = errors.shift();
    const file = { fileId: 'id', name: 'a', mimeType: 'text/plain', sizeBytes: 3 };
    return error === undefined ? Promise.resolve({ file }) : Promise.reject(error);
  }) as unknown as Bus['call'];
  const { signal } = new AbortController();
  const way = { bus: { call }, gate: filePartsGate(signal) };
  return { asked, files: new BusPlatformFiles(way, { token: 't', ...origin }, signal) };
}

const failing = (retry: 'never' | 'later'): Error =>
  Object.assign(new Error(retry), { code: 'files.any', retry });

describe('BusPlatformFiles', () => {
  it('sends a part under the fence of its run, again when etl is away, and gives the handle', async () => {
    const { asked, files } = filesOf(failing('later'));
    const handle = { file_id: 'id', name: 'a', mime_type: 'text/plain', size_bytes: 3 };
    expect(await files.put(part)).toEqual(handle);
    const sent = [{ ...origin, ...part }, { plugin: 't' }];
    expect(asked).toEqual([sent, sent]);
  });

  it('says once that nothing more comes of an upload, whether it is heard or not', async () => {
    const { asked, files } = filesOf(failing('later'));
    await files.abandon('u');
    expect(asked).toEqual([[{ ...origin, uploadId: 'u', abandon: true }, { plugin: 't' }]]);
  });

  it('sends two parts at a time, of all runs of a runner together', async () => {
    const answers: PromiseWithResolvers<object>[] = [];
    const call = (() => {
      const answer = Promise.withResolvers<object>();
      answers.push(answer);
      return answer.promise;
    }) as unknown as Bus['call'];
    const { signal } = new AbortController();
    const way = { bus: { call }, gate: filePartsGate(signal) };
    const runs = [1, 2, 3].map(
      (epoch) => new BusPlatformFiles(way, { token: 't', ...origin, epoch }, signal),
    );
    const sent = runs.map((files) => files.put(part));
    await setImmediate();
    expect(answers).toHaveLength(2);
    answers[0]?.resolve({});
    await sent[0];
    await setImmediate();
    expect(answers).toHaveLength(3);
    for (const { resolve } of answers) resolve({});
    expect(await Promise.all(sent)).toEqual([undefined, undefined, undefined]);
  });

  it('does not send again what was refused', async () => {
    const { asked, files } = filesOf(failing('never'));
    await expect(files.put(part)).rejects.toMatchObject({ code: 'files.any' });
    expect(asked).toHaveLength(1);
  });

  describe('reads what is to be sent on', () => {
    const parts = ['Ada ', 'Lovelace'];
    const fileId = createHash('sha256').update(parts.join('')).digest('hex');
    const reader = (file: object, attached: string[] = []) => {
      const asked: { chunk: number; isAttachment: boolean }[] = [];
      const call = ((_method: unknown, request: { chunk: number; isAttachment: boolean }) => {
        asked.push(request);
        return Promise.resolve({ file, content: Buffer.from(parts[request.chunk] ?? '') });
      }) as unknown as Bus['call'];
      const { signal } = new AbortController();
      const way = { bus: { call }, gate: filePartsGate(signal), attached: new Set(attached) };
      return { asked, files: new BusPlatformFiles(way, { token: 't', ...origin }, signal) };
    };

    it('part by part, and says which files a message names', async () => {
      const { asked, files } = reader({ sizeBytes: 12, chunks: 2, name: 'fax.pdf' }, [fileId]);
      const read = await files.read(fileId);
      expect([read?.name, String(read?.content)]).toEqual(['fax.pdf', 'Ada Lovelace']);
      expect(asked.map(({ chunk, isAttachment }) => [chunk, isAttachment])).toEqual([
        [0, true],
        [1, true],
      ]);
    });

    it('and takes nothing for it that it is not', async () => {
      const { asked, files } = reader({ sizeBytes: 12, chunks: 2 });
      expect(await files.read('0'.repeat(64))).toBeUndefined();
      expect(asked[0]?.isAttachment).toBe(false);
    });

    it('but no more than a request may hold', async () => {
      const { asked, files } = reader({ sizeBytes: 26 * 1024 * 1024, chunks: 52 });
      await expect(files.read(fileId)).rejects.toMatchObject({ code: 'files.too_large' });
      expect(asked).toHaveLength(1);
    });
  });
});
