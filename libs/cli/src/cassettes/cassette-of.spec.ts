import { cassetteOf } from './cassette-of.ts';

it('keeps what was answered, without cookies', () => {
  const record = {
    kind: 'http',
    method: 'GET',
    url: 'https://a.example.com/',
    status: 200,
    body: '[]',
  };
  const headers = {
    'content-type': 'application/json',
    'set-cookie': 'session=1',
    'x-ratelimit-left': '9',
  };
  expect(
    cassetteOf([
      { kind: 'log', message: 'x' },
      { ...record, headers },
      { ...record, status: 0, fault: 'reset' },
    ]),
  ).toEqual({
    version: 1,
    exchanges: [
      {
        request: { method: 'GET', url: 'https://a.example.com/' },
        response: {
          status: 200,
          headers: { 'content-type': 'application/json', 'x-ratelimit-left': '9' },
          body: '[]',
        },
      },
    ],
  });
});
