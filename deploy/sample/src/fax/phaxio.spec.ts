import { Phaxio } from './phaxio.ts';

const account = { apiKey: 'k', apiSecret: 's', callbackToken: 't' };
const authorization = `Basic ${Buffer.from('k:s').toString('base64')}`;

async function send(phaxio: Phaxio, to: string, file?: string, header = authorization) {
  const form = new FormData();
  form.set('to', to);
  if (file !== undefined) form.set('file', new Blob([file]), 'a.pdf');
  const request = new Request('https://api.phaxio.com/v2.1/faxes', { method: 'POST', body: form });
  return phaxio.answer({
    method: 'POST',
    segments: ['v2.1', 'faxes'],
    query: new URLSearchParams(),
    headers: { authorization: header, 'content-type': request.headers.get('content-type') ?? '' },
    body: Buffer.from(await request.arrayBuffer()),
  });
}

function ask(phaxio: Phaxio, method: string, ...segments: string[]) {
  return phaxio.answer({
    method,
    segments: ['v2.1', 'faxes', ...segments],
    query: new URLSearchParams(),
    headers: { authorization },
    body: Buffer.alloc(0),
  });
}

describe('Phaxio', () => {
  it('takes a fax, says how it stands, and cancels it as long as it is queued', async () => {
    const phaxio = new Phaxio(account);
    expect(await send(phaxio, '+15550001111', '%PDF')).toMatchObject({
      status: 200,
      body: { success: true, data: { id: 1234 } },
    });
    const fax = phaxio.faxes.get(1234);
    if (fax === undefined) throw new Error('no fax');
    expect(fax.files[0]?.content.toString()).toBe('%PDF');
    fax.status = 'inprogress';
    expect(await ask(phaxio, 'GET', '1234')).toMatchObject({
      body: { data: { id: 1234, status: 'inprogress' } },
    });
    expect((await ask(phaxio, 'POST', '1234', 'cancel')).status).toBe(422);
    fax.status = 'queued';
    expect((await ask(phaxio, 'POST', '1234', 'cancel')).status).toBe(200);
  });

  it.each([
    ['+15550001111', undefined, authorization, 422],
    ['555', '%PDF', authorization, 422],
    ['+15550001111', '%PDF', 'Basic eDp5', 401],
  ])('refuses a fax to %s with %j', async (to, file, header, status) => {
    expect(await send(new Phaxio(account), to, file, header)).toMatchObject({
      status,
      body: { success: false },
    });
  });

  it('signs in an order that fields do not change', () => {
    const phaxio = new Phaxio(account);
    const url = 'https://example.com/hook';
    const files = { file: Buffer.from('x') };
    expect(phaxio.signature(url, { b: '2', a: '1' }, files)).toBe(
      phaxio.signature(url, { a: '1', b: '2' }, files),
    );
    expect(phaxio.signature(url, { a: '1' })).not.toBe(phaxio.signature(url, { a: '2' }));
  });
});
