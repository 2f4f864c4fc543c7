import type {
  Ingress,
  IngressObjects,
  IngressPath,
  IngressRule,
  TlsSecret,
} from './ingress-objects.ts';

/** Where nginx answers, and the folder that everything of it lies in. */
export interface IngressPlace {
  readonly address: string;
  readonly folder: string;
}

/** Texts of its files, by name in that folder. */
export type NginxFiles = Readonly<Record<string, string>>;

interface Host {
  readonly name: string;
  /** What is done, by the location that it is done for. */
  readonly locations: Map<string, string>;
  secret?: TlsSecret;
}

export const ingressClass = 'nginx';
export const configurationFile = 'nginx.conf';

/** Configuration of nginx that serves what the Ingress objects of its class say for hosts with a name, and nothing else. */
export function renderIngress(objects: IngressObjects, place: IngressPlace): NginxFiles {
  const hosts = hostsOf(objects);
  const secrets = hosts.flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
  const certificates = secrets.flatMap((secret) => [
    [`${fileOf(secret)}.crt`, decoded(secret.data['tls.crt'])],
    [`${fileOf(secret)}.key`, decoded(secret.data['tls.key'])],
  ]);
  const servers = hosts.flatMap((host) => serversOf(host, place));
  const text = [...head(place), ...servers, '}', ''].join('\n');
  return { ...Object.fromEntries(certificates), [configurationFile]: text };
}

function hostsOf(objects: IngressObjects): Host[] {
  const hosts = new Map<string, Host>();
  for (const ingress of objects.ingresses.filter(isOfClass))
    for (const rule of ingress.spec.rules ?? []) {
      const { host: name = '' } = rule;
      const host = hosts.get(name) ?? { name, locations: new Map<string, string>() };
      hosts.set(name, host);
      addRule(host, rule, ingress, objects);
    }
  return [...hosts.values()].filter(({ name }) => name !== '');
}

function isOfClass({ spec }: Ingress): boolean {
  return spec.ingressClassName === ingressClass;
}

function addRule(
  host: Host,
  { http }: IngressRule,
  ingress: Ingress,
  objects: IngressObjects,
): void {
  const secret = secretOf(host.name, ingress, objects);
  if (secret !== undefined) host.secret ??= secret;
  for (const path of http?.paths ?? []) addLocations(host, path, serve(path, ingress, objects));
}

/** Where several name the same path, the first one has it. */
function addLocations(
  { locations }: Host,
  { path = '/', pathType }: IngressPath,
  line: string,
): void {
  for (const location of locationsOf(path, pathType))
    if (!locations.has(location)) locations.set(location, line);
}

function serve(
  { backend: { service: wanted } }: IngressPath,
  { metadata: { namespace } }: Ingress,
  { services }: IngressObjects,
): string {
  const service = services.find(
    ({ metadata }) => metadata.name === wanted?.name && metadata.namespace === namespace,
  );
  const { clusterIP = 'None', ports = [] } = service?.spec ?? {};
  const { name, number } = wanted?.port ?? {};
  const found = ports.find((port) =>
    name === undefined ? port.port === number : port.name === name,
  );
  if (found === undefined || clusterIP === 'None') return 'return 503;';
  return `proxy_pass http://${clusterIP}:${String(found.port)};`;
}

/** A prefix is one of whole parts: `/a` is for `/a` and `/a/b`, and not for `/ab`. */
function locationsOf(path: string, pathType: string): string[] {
  if (pathType === 'Exact') return [`= ${quoted(path)}`];
  const bare = path.replace(/\/+$/u, '');
  return bare === '' ? ['"/"'] : [`= ${quoted(bare)}`, quoted(`${bare}/`)];
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}

function secretOf(
  host: string,
  { metadata, spec }: Ingress,
  { secrets }: IngressObjects,
): TlsSecret | undefined {
  const named = spec.tls?.find(({ hosts }) => hosts?.includes(host))?.secretName;
  return secrets.find(
    (secret) => secret.metadata.name === named && secret.metadata.namespace === metadata.namespace,
  );
}

function fileOf({ metadata }: TlsSecret): string {
  return `${metadata.namespace}_${metadata.name}`;
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}

function head({ address, folder }: IngressPlace): string[] {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    'daemon off;',
    'user nobody nogroup;',
    'worker_processes 1;',
    `pid ${folder}/nginx.pid;`,
    `lock_file ${folder}/nginx.lock;`,
    'error_log stderr warn;',
    'events { worker_connections 1024; }',
    'http {',
    'access_log off;',
    ...temporary.map((name) => `${name}_temp_path ${folder}/${name};`),
    // What may come and how long an answer takes is the services' affair; events flow as they come.
    'client_max_body_size 0;',
    'proxy_request_buffering off;',
    'proxy_buffering off;',
    'proxy_read_timeout 1h;',
    'proxy_http_version 1.1;',
    "map $http_upgrade $connection_upgrade { default upgrade; '' close; }",
    'proxy_set_header Host $http_host;',
    'proxy_set_header Upgrade $http_upgrade;',
    'proxy_set_header Connection $connection_upgrade;',
    // What a client says of itself is not passed on.
    'proxy_set_header X-Forwarded-For $remote_addr;',
    'proxy_set_header X-Forwarded-Host $http_host;',
    'proxy_set_header X-Forwarded-Port $server_port;',
    'proxy_set_header X-Forwarded-Proto $scheme;',
    `server { listen ${address}:80 default_server; return 404; }`,
    `server { listen ${address}:443 ssl default_server; ssl_reject_handshake on; }`,
  ];
}

function serversOf(host: Host, { address, folder }: IngressPlace): string[] {
  const locations = [...host.locations].map(([path, line]) => `location ${path} { ${line} }`);
  const plain = (lines: readonly string[]): string =>
    ['server {', `listen ${address}:80;`, `server_name ${host.name};`, ...lines, '}'].join('\n');
  if (host.secret === undefined) return [plain(locations)];
  const file = `${folder}/${fileOf(host.secret)}`;
  return [
    plain(['return 308 https://$host$request_uri;']),
    [
      'server {',
      `listen ${address}:443 ssl http2;`,
      `server_name ${host.name};`,
      `ssl_certificate ${file}.crt;`,
      `ssl_certificate_key ${file}.key;`,
      ...locations,
      '}',
    ].join('\n'),
  ];
}
