/** `acme-fax` is the class AcmeFaxPlugin. */
export function classNameOf(id: string): string {
  const words = id.split(/[.-]+/u).filter((word) => word !== '');
  const name = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join('');
  return `${/^[0-9]/u.test(name) ? 'Id' : ''}${name}Plugin`;
}

/** `acme-fax` is acme_fax in the name of a Python module; never one by itself, where it could be a keyword. */
export function moduleNameOf(id: string): string {
  return id.replaceAll(/[^a-z0-9]/gu, '_');
}
