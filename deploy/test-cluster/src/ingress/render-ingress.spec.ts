import type { Ingress, IngressPath, Service, TlsSecret } from './ingress-objects.ts';
import { renderIngress, type NginxFiles } from './render-ingress.ts';

const place = { address: '10.89.0.2', folder: '/run/nginx' };
const namespace = 'fleet';
const services: Service[] = [
  {
    metadata: { name: 'api', namespace },
    spec: {
      clusterIP: '10.96.0.7',
      ports: [
        { name: 'api', port: 80 },
        { name: 'metrics', port: 9090 },
      ],
    },
  },
  { metadata: { name: 'headless', namespace }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
];

function aPath(change: Partial<IngressPath> = {}, name = 'api'): IngressPath {
  const backend = { service: { name, port: { name: 'api' } } };
  return { path: '/', pathType: 'Prefix', backend, ...change };
}

function anIngress(paths: readonly IngressPath[], change: Partial<Ingress['spec']> = {}): Ingress {
  const rules = [{ host: 'api.test', http: { paths } }];
  return {
    metadata: { name: 'api', namespace },
    spec: { ingressClassName: 'nginx', rules, ...change },
  };
}

function aSecret(name: string, inNamespace = namespace): TlsSecret {
  const data = { 'tls.crt': btoa(`${name} certificate`), 'tls.key': btoa(`${name} key`) };
  return { metadata: { name, namespace: inNamespace }, data };
}

function render(ingresses: readonly Ingress[], secrets: readonly TlsSecret[] = []): NginxFiles {
  return renderIngress({ ingresses, services, secrets }, place);
}

function configuration(ingresses: readonly Ingress[], secrets?: readonly TlsSecret[]): string {
  return render(ingresses, secrets)['nginx.conf'] ?? '';
}

const hosts = (text: string): string[] => text.match(/server_name [^;]+/gu) ?? [];
const withTls = { tls: [{ hosts: ['api.test'], secretName: 'api-tls' }] };

describe('configuration of nginx', () => {
  it('refuses every name when there is no Ingress', () => {
    const text = configuration([]);
    expect(hosts(text)).toEqual([]);
    expect(text).toContain('listen 10.89.0.2:80 default_server; return 404;');
    expect(text).toContain('default_server; ssl_reject_handshake on;');
  });

  it('leads a host to the address of a service, by name or number of its port', () => {
    expect(configuration([anIngress([aPath()])])).toContain(
      'location "/" { proxy_pass http://10.96.0.7:80; }',
    );
    const byNumber = aPath({ backend: { service: { name: 'api', port: { number: 9090 } } } });
    expect(configuration([anIngress([byNumber])])).toContain('proxy_pass http://10.96.0.7:9090;');
  });

  it('serves a host with the certificate that its Ingress names, and sends whoever comes without TLS there', () => {
    const files = render([anIngress([aPath()], withTls)], [aSecret('api-tls'), aSecret('other')]);
    const text = files['nginx.conf'] ?? '';
    expect(Object.keys(files)).toEqual(['fleet_api-tls.crt', 'fleet_api-tls.key', 'nginx.conf']);
    expect(files['fleet_api-tls.key']).toBe('api-tls key');
    expect(text).toContain('ssl_certificate_key /run/nginx/fleet_api-tls.key;');
    expect(text).toContain('return 308 https://$host$request_uri;');
    expect(hosts(text)).toHaveLength(2);
  });

  it('takes no certificate of another namespace', () => {
    const text = configuration([anIngress([aPath()], withTls)], [aSecret('api-tls', 'other')]);
    expect(text).not.toContain('ssl_certificate');
  });

  it('leaves Ingresses of other classes, and of none, to others', () => {
    const { ingressClassName: _class, ...spec } = anIngress([aPath()]).spec;
    const without = { metadata: { name: 'api', namespace }, spec };
    expect(hosts(configuration([without]))).toEqual([]);
    const other = anIngress([aPath()], { ingressClassName: 'other' });
    expect(hosts(configuration([other]))).toEqual([]);
  });

  it('answers 503 where a service is missing, or has no address or no such port', () => {
    const noPort = aPath({ backend: { service: { name: 'api', port: { name: 'none' } } } });
    for (const path of [aPath({}, 'missing'), aPath({}, 'headless'), noPort]) {
      const text = configuration([anIngress([path])]);
      expect(text).toContain('location "/" { return 503; }');
      expect(text).not.toContain('proxy_pass');
    }
  });

  it('takes a prefix by whole parts, and an exact path alone', () => {
    const text = configuration([
      anIngress([aPath({ path: '/a/' }), aPath({ path: '/b', pathType: 'Exact' })]),
    ]);
    expect(text).toContain('location = "/a" {');
    expect(text).toContain('location "/a/" {');
    expect(text).toContain('location = "/b" {');
    expect(text).not.toContain('location "/b/"');
  });

  it('gives a path to the first Ingress that names it', () => {
    const second = anIngress([aPath({}, 'missing'), aPath({ path: '/more' })]);
    const text = configuration([anIngress([aPath()]), second]);
    expect(hosts(text)).toHaveLength(1);
    expect(text.match(/location "\/" /gu)).toHaveLength(1);
    expect(text).toContain('location "/more/"');
    expect(text).not.toContain('503');
  });

  it('lets no path be read as configuration', () => {
    const text = configuration([anIngress([aPath({ path: '/x" { return 200; }' })])]);
    expect(text).toContain(String.raw`location = "/x\" { return 200; }" {`);
  });
});
