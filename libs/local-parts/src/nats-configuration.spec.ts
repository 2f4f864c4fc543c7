import { natsConfiguration } from './nats-configuration.ts';

describe('natsConfiguration', () => {
  it('quotes a name that the server would read as a date, and leaves room for streams to the disk', () => {
    const name = '12345678-0000-4000-8000-000000000000';
    const identity = {
      operatorJwt: 'operator',
      accountJwt: 'account',
      operatorSeed: '',
      accountSeed: '',
      systemAccountSeed: '',
      systemCredentials: '',
      accountPublicKey: 'A',
      systemAccountJwt: 'system',
      systemAccountPublicKey: 'S',
      runnerSigningSeed: '',
      credentials: {},
    };
    const text = natsConfiguration({ dataDir: '/data', port: 4222, identity }, name);
    expect(text).toContain(`server_name: "${name}"`);
    expect(text).toContain('max_file_store: 137438953472');
  });
});
