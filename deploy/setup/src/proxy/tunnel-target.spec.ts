import { tunnelTarget } from './tunnel-target.ts';

describe('the target of a tunnel', () => {
  it.each([
    ['api.example.com:443', { host: 'api.example.com', port: 443 }],
    ['93.184.215.14:8443', { host: '93.184.215.14', port: 8443 }],
    ['[2606:2800::1]:443', { host: '2606:2800::1', port: 443 }],
  ])('is a host and a port: %s', (text, target) => {
    expect(tunnelTarget(text)).toEqual(target);
  });

  it.each([
    '',
    'api.example.com',
    'api.example.com:0',
    'api.example.com:65536',
    'http://api.example.com:443',
    'user@api.example.com:443',
    '[::1:443',
    '[1.2.3.4]:443',
    'a b:443',
  ])('is nothing else: "%s"', (text) => {
    expect(tunnelTarget(text)).toBeUndefined();
  });
});
