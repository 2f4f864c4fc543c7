import { serverOptions } from './server-options.ts';

describe('serverOptions', () => {
  it('takes what a server offers when nothing is said', () => {
    expect(serverOptions({ servers: 'nats://a:4222,nats://b:4222' })).toEqual({
      servers: ['nats://a:4222', 'nats://b:4222'],
    });
  });

  it('insists on TLS for an authority of its own, and where the address says so', () => {
    expect(serverOptions({ servers: 'nats://a:4222', caFile: '/ca.pem' }).tls).toEqual({
      caFile: '/ca.pem',
    });
    expect(serverOptions({ servers: 'nats://a:4222,tls://b:4222' }).tls).toEqual({});
  });
});
