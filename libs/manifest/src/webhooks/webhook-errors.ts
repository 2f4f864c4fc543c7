import type { Manifest, ManifestWebhook } from '../manifest-type.ts';

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
  return secretFault(webhook, manifest) ?? generatedFault(webhook) ?? proofFault(webhook);
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
  const isDeclared =
    typeof properties === 'object' && properties !== null && Object.hasOwn(properties, secret);
  return isDeclared ? undefined : '.secret names no property of configSchema';
}

function generatedFault({ verify, secret, generateSecret }: ManifestWebhook): string | undefined {
  if (generateSecret !== true) return undefined;
  if (secret === undefined)
    return '.generateSecret needs "secret", the configSchema property that it is for';
  return verify === 'sendgrid'
    ? '.generateSecret makes a secret, and sendgrid is verified by a public key of SendGrid'
    : undefined;
}

function proofFault({ verify, signature, challenge }: ManifestWebhook): string | undefined {
  if (verify === 'hmac')
    return signature?.header === undefined
      ? '.signature.header is missing: with verify "hmac" it names the header that holds the signature'
      : undefined;
  if (verify === 'shared-secret')
    return signature?.header === undefined && challenge?.token === undefined
      ? ' does not say where the secret comes: name the header in signature.header, or the query parameter in challenge.token'
      : undefined;
  return signature === undefined
    ? undefined
    : `.signature is for verify "hmac" and "shared-secret"; "${verify}" has its own`;
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
