import type { Manifest, ManifestSignature, ManifestWebhook } from '../manifest-type.ts';

/** What is wrong with what a plugin receives, sends and offers to rules, beyond the shape of its manifest. */
export function webhookErrors(manifest: Manifest): string[] {
  const { webhooks = [] } = manifest;
  const names = webhooks.map(({ name = '' }) => name);
  const faults = webhooks.map((webhook, index) =>
    names.indexOf(webhook.name ?? '') === index
      ? fault(webhook, manifest)
      : ': another webhook has the same name, and so the same address',
  );
  return [
    ...inboundErrors(manifest),
    ...faults.flatMap((text, index) =>
      text === undefined ? [] : [`webhooks[${String(index)}]${text}`],
    ),
    ...kindErrors(manifest),
  ];
}

function inboundErrors({ type, permissions, webhooks = [] }: Manifest): string[] {
  const isInbound = permissions.includes('network:inbound');
  if (type === 'operator' && isInbound)
    return ['permissions: network:inbound is for channels and connectors'];
  return webhooks.length > 0 && !isInbound
    ? ['webhooks need the permission network:inbound; add it to permissions']
    : [];
}

/** The first one: the others often follow from it. */
function fault(webhook: ManifestWebhook, manifest: Manifest): string | undefined {
  return (
    secretFault(webhook, manifest) ??
    usernameFault(webhook, manifest) ??
    generatedFault(webhook) ??
    proofFault(webhook) ??
    challengeFault(webhook)
  );
}

function secretFault(
  { verify, secret, challenge }: ManifestWebhook,
  { configSchema: { properties } }: Manifest,
): string | undefined {
  if (secret === undefined) {
    if (verify !== 'none')
      return ' lacks "secret", the configSchema property that holds the secret';
    return challenge?.token === undefined
      ? undefined
      : '.challenge.token is compared with the secret; add "secret", the configSchema property that holds it';
  }
  return isDeclared(properties, secret) ? undefined : '.secret names no property of configSchema';
}

function usernameFault(
  { verify, username }: ManifestWebhook,
  { configSchema: { properties } }: Manifest,
): string | undefined {
  if (verify !== 'basic')
    return username === undefined ? undefined : '.username is for verify "basic" alone';
  if (username === undefined)
    return ' lacks "username", the configSchema property that holds the user name';
  return isDeclared(properties, username)
    ? undefined
    : '.username names no property of configSchema';
}

function isDeclared(properties: unknown, name: string): boolean {
  return typeof properties === 'object' && properties !== null && Object.hasOwn(properties, name);
}

function generatedFault({ verify, secret, generateSecret }: ManifestWebhook): string | undefined {
  if (generateSecret !== true) return undefined;
  if (secret === undefined)
    return '.generateSecret needs "secret", the configSchema property that it is for';
  return verify === 'sendgrid' || verify === 'public-key'
    ? `.generateSecret makes a secret, and ${verify} is verified by a public key of the provider`
    : undefined;
}

function proofFault({ verify, signature, challenge }: ManifestWebhook): string | undefined {
  if (verify === 'hmac' || verify === 'public-key') return signatureFault(verify, signature ?? {});
  if (verify === 'shared-secret')
    return signature?.header === undefined && challenge?.token === undefined
      ? ' does not say where the secret comes: name the header in signature.header, or the query parameter in challenge.token'
      : undefined;
  return signature === undefined
    ? undefined
    : `.signature is for verify "hmac", "public-key" and "shared-secret"; "${verify}" has its own`;
}

function signatureFault(verify: string, signature: ManifestSignature): string | undefined {
  const { header, field, timestampHeader, timestampField, parts } = signature;
  if (header === undefined && field === undefined)
    return `.signature.header is missing: with verify "${verify}" it names the header that holds the signature, or "field" a field of the body`;
  if (header !== undefined && field !== undefined)
    return '.signature names a header and a field; name the one that holds the signature';
  const places = [timestampHeader, timestampField].filter((place) => place !== undefined);
  if (places.length > 1) return '.signature names two places of the time; name one';
  return places.length === 0 && parts?.includes('timestamp') === true
    ? '.signature.parts has "timestamp"; say where it comes, in timestampHeader or timestampField'
    : undefined;
}

function challengeFault({ verify, challenge }: ManifestWebhook): string | undefined {
  const { field, when } = challenge ?? {};
  if ((field === undefined) !== (when === undefined))
    return '.challenge has "field" and "when" together or not at all';
  return field !== undefined && verify === 'none'
    ? '.challenge.field is answered once the sender is proven, which verify "none" never is'
    : undefined;
}

function kindErrors({ type, channel, operators }: Manifest): string[] {
  return [
    ...(channel !== undefined && type !== 'channel' ? ['channel is for type "channel" alone'] : []),
    ...(operators !== undefined && type !== 'operator'
      ? ['operators are for type "operator" alone']
      : []),
    ...repeated(operators ?? []),
  ];
}

function repeated(operators: NonNullable<Manifest['operators']>): string[] {
  const names = operators.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [`operators[${String(index)}]: another operator has the same name`],
  );
}
