import { MediaLinks } from './media-links.ts';

const file = { spaceId: 'my space', fileId: 'ab'.repeat(32) };
let nowMs = 0;

function linksWith(secret: string, publicUrl = 'https://api.example.com/'): MediaLinks {
  const bytes = new TextEncoder().encode(secret);
  return new MediaLinks({ publicUrl, secret: () => Promise.resolve(bytes), now: () => nowMs });
}

async function tokenOf(links: MediaLinks): Promise<string> {
  return (await links.linkTo(file))?.split('/v1/media/')[1] ?? '';
}

describe('MediaLinks', () => {
  beforeEach(() => {
    nowMs = 1_000_000;
  });

  it('leads to the file for an hour', async () => {
    const links = linksWith('secret');
    const token = await tokenOf(links);
    expect(await links.linkTo(file)).toBe(`https://api.example.com/v1/media/${token}`);
    nowMs += 3_599_999;
    expect(await links.read(token)).toEqual(file);
    nowMs += 1;
    expect(await links.read(token)).toBeUndefined();
  });

  it('gives none without a public address', async () => {
    expect(await linksWith('secret', '').linkTo(file)).toBeUndefined();
  });

  it('believes nobody else', async () => {
    const links = linksWith('secret');
    const token = await tokenOf(links);
    const [body = '', signature = ''] = token.split('.');
    const other = Buffer.from(`9999999999999 ${'cd'.repeat(32)} default`).toString('base64url');
    for (const wrong of [
      '',
      '.',
      body,
      `${body}.`,
      `${other}.${signature}`,
      `${token}.x`,
      `${body}.x`,
    ])
      expect(await links.read(wrong)).toBeUndefined();
    expect(await linksWith('other').read(token)).toBeUndefined();
  });
});
