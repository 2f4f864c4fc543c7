import { OverridesError, parseOverrides } from './index.ts';

const key = 'api.example.com:443';
const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
const parse = (entry: object): unknown => parseOverrides(JSON.stringify({ [key]: entry })).get(key);

describe('parseOverrides', () => {
  it('takes the key’s port unless another is given', () => {
    expect(parse({ address: '127.0.0.1' })).toEqual({ address: '127.0.0.1', port: 443 });
    expect(parse({ address: '::1', port: 8443, ca: pem })).toEqual({
      address: '::1',
      port: 8443,
      ca: pem,
    });
  });

  it('puts the text of the CA file in', () => {
    const files: string[] = [];
    const overrides = parseOverrides(
      JSON.stringify({ [key]: { address: '127.0.0.1', ca_file: 'ca.pem' } }),
      (path) => {
        files.push(path);
        return pem;
      },
    );
    expect([overrides.get(key)?.ca, files]).toEqual([pem, ['ca.pem']]);
  });

  it('comes back from its own JSON', () => {
    const overrides = parseOverrides(JSON.stringify({ [key]: { address: '127.0.0.1', ca: pem } }));
    expect(parseOverrides(JSON.stringify(Object.fromEntries(overrides)))).toEqual(overrides);
  });

  it.each(['', ' \n', '{}'])('reads "%s" as none', (text) => {
    expect(parseOverrides(text).size).toBe(0);
  });

  it.each([
    ['{', 'egress overrides are not JSON'],
    ['[]', 'egress overrides are a JSON object'],
    ['{"API.example.com:443":{}}', '"API.example.com:443": the key is host:port'],
    ['{"api.example.com":{}}', '"api.example.com": the key is host:port'],
    ['{"localhost:443":{}}', '"localhost:443": the key is host:port'],
    ['{"api.example.com:70000":{}}', 'the key is host:port'],
    [`{"${key}":"127.0.0.1"}`, 'an object with address and port'],
    [`{"${key}":{"address":"elsewhere"}}`, 'address must be an IP address'],
    [`{"${key}":{"address":"127.0.0.1","port":"8443"}}`, 'port must be a number'],
    [`{"${key}":{"address":"127.0.0.1","insecure":true}}`, 'unknown field "insecure"'],
    [`{"${key}":{"address":"127.0.0.1","ca":"secret"}}`, 'ca must be a certificate in PEM'],
    [`{"${key}":{"address":"127.0.0.1","ca_file":"a.pem"}}`, 'can only be given in a file'],
  ])('refuses %s', (text, message) => {
    expect(() => parseOverrides(text)).toThrow(OverridesError);
    expect(() => parseOverrides(text)).toThrow(message);
  });

  it('names the entry whose CA file cannot be read', () => {
    const text = JSON.stringify({ [key]: { address: '127.0.0.1', ca_file: 'gone.pem' } });
    const read = (): string => {
      throw new Error('ENOENT');
    };
    expect(() => parseOverrides(text, read)).toThrow(`"${key}": ca_file cannot be read: ENOENT`);
  });
});
