import { saysSecret } from '@made-open/manifest';
import type { HttpManifestFault } from '../errors.ts';
import type { Body, Field, HttpManifest, RequestTemplate } from '../http-manifest.ts';
import { mentionedSettings } from '../mentioned-settings.ts';
import { placedRequests } from './placed-requests.ts';
import { pointerTo } from './pointer.ts';
import { textsIn } from './texts.ts';

/** How keys of well-known services begin, and what a private key and a signed token look like. */
const looks = [
  /\b(?:sk|rk|pk)[-_](?:live|test|prod|proj|ant)[-_][A-Za-z0-9_-]{8,}/u,
  /\bsk-[A-Za-z0-9]{20,}/u,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/u,
  /\b(?:ghp|gho|ghu|ghs|ghr|github_pat|glpat)[-_][A-Za-z0-9_-]{20,}/u,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/u,
  /\bAIza[A-Za-z0-9_-]{30,}/u,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/u,
  /\bkey-[0-9a-f]{32}\b/u,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}/u,
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/u,
];

const message = 'holds a secret; declare a credential, and keep its value in the wallet';

/** Secrets that stand in the document, which everybody may read who may read manifests. */
export function secretFaults(manifest: HttpManifest): HttpManifestFault[] {
  return [
    ...textsIn(manifest, '')
      .filter(({ text }) => looks.some((look) => look.test(text)))
      .map(({ pointer }) => secret(pointer)),
    ...placedRequests(manifest).flatMap(({ request, pointer }) => namedSecrets(request, pointer)),
    ...tokenParams(manifest),
    ...settings(manifest),
  ];
}

/** What has a name that says secret and a value that no template makes. */
function namedSecrets(request: Partial<RequestTemplate>, pointer: string): HttpManifestFault[] {
  const { url = '', headers = {}, query = [], body } = request;
  const fields = (list: readonly Field[], place: string): HttpManifestFault[] =>
    list.flatMap(({ name, value }, index) =>
      isLiteral(name, value) ? [secret(pointerTo(pointer, place, index, 'value'))] : [],
    );
  return [
    ...Object.entries(headers)
      .filter(([name, value]) => isLiteral(name, value))
      .map(([name]) => secret(pointerTo(pointer, 'headers', name))),
    ...fields(query, 'query'),
    ...(body?.kind === 'form' ? fields(body.fields ?? [], 'body/fields') : []),
    ...(body === undefined ? [] : bodySecrets(body, pointerTo(pointer, 'body'))),
    ...(urlFields(url).some(([name, value]) => isLiteral(name, value))
      ? [secret(pointerTo(pointer, 'url'))]
      : []),
  ];
}

function bodySecrets(body: Body, pointer: string): HttpManifestFault[] {
  const template = 'template' in body ? (body.template ?? '') : '';
  const isNamed = templateFields(template).some(([name, value]) => isLiteral(name, value));
  return [
    ...(isNamed ? [secret(pointerTo(pointer, 'template'))] : []),
    ...(body.kind === 'json' ? treeSecrets('', body.json, pointerTo(pointer, 'json')) : []),
    ...(body.kind === 'multipart'
      ? (body.parts ?? []).flatMap(({ name, value }, index) =>
          treeSecrets(name, value, pointerTo(pointer, 'parts', index, 'value')),
        )
      : []),
  ];
}

/** Texts under a name that says secret, or in a list of that name. */
function treeSecrets(name: string, value: unknown, pointer: string): HttpManifestFault[] {
  if (typeof value === 'string') return isLiteral(name, value) ? [secret(pointer)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    treeSecrets(Array.isArray(value) ? name : key, part, pointerTo(pointer, key)),
  );
}

type NamedText = readonly [name: string, value: string];

/** Fields of a text that is to be JSON, or a form. */
function templateFields(template: string): NamedText[] {
  const quoted = template.matchAll(/"([^"]{1,100})"\s{0,20}:\s{0,20}"([^"]{1,2000})"/gu);
  return [
    ...[...quoted].map(([, name = '', value = '']): NamedText => [name, value]),
    ...formFields(template),
  ];
}

function urlFields(url: string): NamedText[] {
  const at = url.indexOf('?');
  return at < 0
    ? []
    : formFields(url.slice(at + 1)).filter(([, value]) => !/^\{[a-z0-9_]+\}$/iu.test(value));
}

function formFields(text: string): NamedText[] {
  return text.split('&').flatMap((field): NamedText[] => {
    const [, name, value] = /^([\w.[\]-]{1,100})=(.+)$/su.exec(field.trim()) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
}

function tokenParams({ auth }: HttpManifest): HttpManifestFault[] {
  if (auth === undefined || !('token_params' in auth)) return [];
  return Object.entries(auth.token_params ?? {})
    .filter(([name, value]) => isLiteral(name, value))
    .map(([name]) => secret(pointerTo('/auth/token_params', name)));
}

function settings(manifest: HttpManifest): HttpManifestFault[] {
  if (manifest.config_schema === undefined)
    return mentionedSettings(manifest)
      .filter(({ name }) => saysSecret(name))
      .map(({ name, pointer }) => ({
        pointer,
        message: `settings.${name} is a secret by its name; make it a credential`,
      }));
  const properties = manifest.config_schema['properties'];
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties)
    .filter(([name, property]) => saysSecret(name) || isWriteOnly(property))
    .map(([name]) => ({
      pointer: pointerTo('/config_schema/properties', name),
      message: 'is a secret by its name or its schema; make it a credential',
    }));
}

function isWriteOnly(schema: unknown): boolean {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    (Reflect.get(schema, 'writeOnly') === true || Reflect.get(schema, 'format') === 'password')
  );
}

function isLiteral(name: string, value: string): boolean {
  return saysSecret(name) && value.length > 0 && !value.includes('{{');
}

function secret(pointer: string): HttpManifestFault {
  return { pointer, message, code: 'secret_in_manifest' };
}
