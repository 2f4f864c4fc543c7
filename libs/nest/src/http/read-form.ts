import { Busboy } from '@fastify/busboy';

/** One part of a form: a text, or a file. */
export type FormPart =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string;
      readonly filename: string;
      readonly contentType: string;
      readonly content: Buffer;
    };

const limits = { parts: 200, files: 20, headerPairs: 50, fieldNameSize: 200 };

/**
 * The parts of a whole body of type multipart/form-data (RFC 7578), in their order. Undefined for other types, and for a body
 * that is cut off or has too many parts.
 */
export async function readForm(
  contentType: string,
  body: Uint8Array,
): Promise<readonly FormPart[] | undefined> {
  if (!/^multipart\/form-data\s*;/iu.test(contentType)) return undefined;
  const parts: FormPart[] = [];
  try {
    const reader = new Busboy({
      headers: { 'content-type': contentType },
      limits: { ...limits, fieldSize: body.length, fileSize: body.length + 1 },
    });
    reader.on('field', (name, value) => parts.push({ name, value }));
    // oxlint-disable-next-line max-params -- the library's callback
    reader.on('file', (name, file, filename, _encoding, type) => {
      const chunks: Buffer[] = [];
      // It would throw in nobody's hands.
      file.on('error', (error) => reader.destroy(error));
      file.on('data', (chunk: Buffer) => chunks.push(chunk));
      file.on('end', () =>
        parts.push({ name, filename, contentType: type, content: Buffer.concat(chunks) }),
      );
    });
    await readWhole(reader, body);
    return parts;
  } catch {
    return undefined;
  }
}

function readWhole(reader: InstanceType<typeof Busboy>, body: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    reader.once('finish', resolve);
    reader.on('error', reject);
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
      reader.once(limit, () => reject(new RangeError(limit)));
    reader.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  });
}
