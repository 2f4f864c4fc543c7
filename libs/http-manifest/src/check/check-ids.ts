import type { HttpManifestFault } from '../errors.ts';

/** Names of devices where a folder might be made of an id, and words that mean something else to the platform. */
const reserved = new Set(
  [
    'con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9',
    'lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9',
    'none null undefined true false default system local all',
    'constructor prototype',
    'install import validate preview config builder registry made-open',
  ].flatMap((names) => names.split(' ')),
);

/** Whether an id is one that nobody may take. */
export function isReservedId(id: string): boolean {
  return reserved.has(id);
}

export function idFaults(id: string): HttpManifestFault[] {
  return isReservedId(id)
    ? [{ pointer: '/id', message: `"${id}" is reserved; take another id` }]
    : [];
}
