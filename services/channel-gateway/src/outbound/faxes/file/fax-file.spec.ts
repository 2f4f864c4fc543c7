import { faxFile } from './fax-file.ts';

const of = (content: string | Buffer, name = 'letter.txt') =>
  faxFile({ name, content: Buffer.from(content) });

const pages = (content: Buffer): number =>
  content.toString('latin1').match(/\/Type \/Page\b(?!s)/gu)?.length ?? 0;

describe('faxFile', () => {
  it('leaves a PDF as it is', async () => {
    const content = Buffer.from('%PDF-1.7\n…');
    expect(await faxFile({ name: 'a.pdf', content })).toEqual({ name: 'a.pdf', content });
    expect((await faxFile({ name: 'scan', content })).name).toBe('scan.pdf');
  });

  it('sets a text as pages, the same bytes for the same text', async () => {
    const text = 'Zażółć gęślą jaźń — 20 €\r\nΑθήνα, Київ\n\tend';
    const { name, content } = await of(text);
    expect(name).toBe('letter.pdf');
    expect(content.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await of(text)).content.equals(content)).toBe(true);
    expect((await of('other')).content.equals(content)).toBe(false);
  });

  it('begins a new page where one is full', async () => {
    expect(pages((await of('one line')).content)).toBe(1);
    expect(pages((await of('line\n'.repeat(60))).content)).toBe(2);
  });

  it('cuts a word of any length into lines of 72 characters, 49 a page', async () => {
    const { content } = await of('a'.repeat(200_000));
    expect(pages(content)).toBe(Math.ceil(Math.ceil(200_000 / 72) / 49));
  });

  it.each([
    ['', 'fax.file_empty', 422],
    [Buffer.from([0xff, 0xfe, 0x41, 0x00]), 'fax.file_unsupported', 415],
    ['PK\u0003\u0004', 'fax.file_unsupported', 415],
    ['你好', 'fax.text_unprintable', 422],
    ['a'.repeat(200_001), 'fax.file_too_large', 413],
    ['\n'.repeat(3001), 'fax.file_too_large', 413],
    [`${'a'.repeat(73)}\n`.repeat(1501), 'fax.file_too_large', 413],
  ])('refuses %j with %s', async (content, code, status) => {
    await expect(of(content)).rejects.toMatchObject({ code, status });
  });

  it('names what it cannot print', async () => {
    await expect(of('a你')).rejects.toThrow('U+4F60');
    await expect(of('a\n'.repeat(3000))).rejects.toThrow('3000 lines, and this one has 3001');
  });
});
