/** One contact as the sample source sends it. */
export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly [key: string]: unknown;
}

const given = [
  'Ada',
  'Grace',
  'Alan',
  'Edsger',
  'Barbara',
  'Donald',
  'Radia',
  'Ken',
  'Frances',
  'Shafi',
];
const family = [
  'Lovelace',
  'Hopper',
  'Turing',
  'Dijkstra',
  'Liskov',
  'Knuth',
  'Perlman',
  'Thompson',
  'Allen',
  'Goldwasser',
];

/** `count` contacts that are the same at every call. `notesBytes` makes each as large as wanted. */
export function sampleContacts(count: number, notesBytes = 0): Contact[] {
  return Array.from({ length: count }, (_, index) => {
    const first = given[index % given.length] ?? '';
    const last = family[Math.floor(index / given.length) % family.length] ?? '';
    const id = `contact-${String(index).padStart(6, '0')}`;
    return {
      id,
      name: `${first} ${last}${index < 100 ? '' : ` ${String(index)}`}`,
      email: `${first}.${last}.${String(index)}@example.com`.toLowerCase(),
      ...(notesBytes > 0
        ? { notes: `${id} `.repeat(Math.ceil(notesBytes / (id.length + 1))).slice(0, notesBytes) }
        : {}),
    };
  });
}
