// A source of persons of about 1 KB each that costs next to nothing itself. The same config makes the same items; another
// `revision` changes every item whose number `every` divides.
const given =
  'Ada,Grace,Alan,Edsger,Barbara,Donald,Radia,Ken,Dennis,Leslie,Frances,John,Shafi,Silvio,Tim,Vint'.split(
    ',',
  );
const family =
  'Lovelace,Hopper,Turing,Dijkstra,Liskov,Knuth,Perlman,Thompson,Ritchie,Lamport,Allen,Backus,Goldwasser,Micali,Berners,Cerf'.split(
    ',',
  );
const words =
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua enim'.split(
    ' ',
  );
const notes = words.map((_, from) =>
  Array.from({ length: 64 }, (_, index) => words[(from + index * 7) % words.length]).join(' '),
);

function contact(index, revision) {
  const first = given[index % 16];
  const last = family[(index >> 4) % 16];
  return {
    id: `contact-${String(index).padStart(8, '0')}`,
    first,
    last: `${last}${index % 977}`,
    email: `${first.toLowerCase()}${index}@example.com`,
    phones: [`+1555${String(index % 10_000_000).padStart(7, '0')}`],
    org: { name: `Org ${index % 500}`, title: `Engineer ${(index + revision) % 20}` },
    modified: `2026-01-0${1 + (revision % 9)}T00:00:00.000Z`,
    tags: [`t${index % 10}`, `u${index % 7}`],
    address: { street: `${index % 300} Main St`, city: `City ${index % 100}`, country: 'US' },
    notes: notes[(index + revision) % notes.length],
  };
}

export const plugin = {
  async *sync({ config }) {
    const { count, revision = 0, every = 1 } = config;
    for (let index = 0; index < count; index++)
      yield plugin.mapToUnifiedModel(contact(index, index % every === 0 ? revision : 0));
  },

  mapToUnifiedModel(raw) {
    const { first, last, email, phones, org, modified } = raw;
    return {
      type: 'person',
      externalId: raw.id,
      data: {
        display_name: `${first} ${last}`,
        given_name: first,
        family_name: last,
        emails: [email],
        phones,
        organization: org.name,
        title: org.title,
        updated_at: modified,
      },
      raw,
    };
  },
};
