import { createHash, randomBytes } from 'node:crypto';
import { multipart } from './multipart.ts';

const text = (content: string): Uint8Array => Buffer.from(content);

/** As a provider reads it. */
async function parsed(parts: Parameters<typeof multipart>[0]): Promise<FormData> {
  const { body, contentType } = multipart(parts);
  return new Response(Buffer.from(body), { headers: { 'content-type': contentType } }).formData();
}

describe('multipart', () => {
  it('is read by others as it was meant, in its order and with repeated names', async () => {
    const pdf = randomBytes(70_000);
    const form = await parsed([
      { name: 'to', content: text('+1 "A"\r\n--x') },
      { name: 'to', content: text('é\n') },
      { name: 'attachments', content: pdf, filename: 'a.pdf', contentType: 'application/pdf' },
    ]);
    expect(form.getAll('to')).toEqual(['+1 "A"\r\n--x', 'é\n']);
    const file = form.get('attachments');
    if (!(file instanceof File)) throw new Error('no file came');
    expect([file.name, file.type]).toEqual(['a.pdf', 'application/pdf']);
    const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(digest(new Uint8Array(await file.arrayBuffer()))).toBe(digest(pdf));
  });

  it('lets no name end its line', () => {
    const name = 'a"; x="\r\nSet-Cookie: b\0';
    const { body } = multipart([{ name, filename: name, content: text('') }]);
    const [, disposition = '', next] = String(body).split('\r\n');
    const told = 'a%22; x=%22%0D%0ASet-Cookie: b%00';
    expect(disposition).toBe(`Content-Disposition: form-data; name="${told}"; filename="${told}"`);
    expect(next).toBe('');
  });

  it('is the same for the same form, and has a boundary that its content cannot hold', () => {
    const first = multipart([{ name: 'a', content: text('b') }]);
    expect(multipart([{ name: 'a', content: text('b') }])).toEqual(first);
    const boundary = first.contentType.split('boundary=')[1] ?? '';
    const other = multipart([{ name: 'a', content: text(`b\r\n--${boundary}--\r\n`) }]);
    expect(other.contentType).not.toBe(first.contentType);
  });

  it('refuses a content type that is none', () => {
    const contentType = 'text/plain\r\nx: y';
    expect(() => multipart([{ name: 'a', content: text(''), contentType }])).toThrow(
      expect.objectContaining({ code: 'http.invalid_header_value' }),
    );
  });
});
