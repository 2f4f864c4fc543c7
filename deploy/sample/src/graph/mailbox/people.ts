import type { Person } from './mailbox.ts';

const given = [
  'Ada',
  'Grace',
  'Alan',
  'Edsger',
  'Barbara',
  'Donald',
  'Radia',
  'Kenji',
  'Frances',
  'Shafi',
  'Amara',
  'Leila',
];
const family = [
  'Lovelace',
  'Okafor',
  'Lindqvist',
  'Moreau',
  'Castellanos',
  'Nakamura',
  'Haddad',
  'Petrov',
  'Brandt',
  'Silva',
];
const companies = [
  { name: 'Contoso', domain: 'contoso.example' },
  { name: 'Fabrikam', domain: 'fabrikam.example' },
  { name: 'Northwind Traders', domain: 'northwind.example' },
  { name: 'Tailspin Toys', domain: 'tailspin.example' },
] as const;
const jobs = ['Engineer', 'Designer', 'Accountant', 'Project Manager', 'Researcher', 'Buyer'];

export interface KnownPerson extends Person {
  readonly given: string;
  readonly family: string;
  readonly company: string;
  readonly job: string;
  readonly mobile: string;
  readonly desk: string;
}

/** How many people there are. */
export const peopleCount = given.length * family.length;

/** Somebody; the same number is always the same person. Nobody of this name and address lives. */
export function personOf(index: number): KnownPerson {
  const place = index % peopleCount;
  const first = at(given, place);
  const last = at(family, Math.floor(place / given.length));
  const company = at(companies, place * 7 + 3);
  return {
    given: first,
    family: last,
    name: `${first} ${last}`,
    address: `${first}.${last}@${company.domain}`.toLowerCase(),
    company: company.name,
    job: at(jobs, place * 5),
    // Numbers that Ofcom keeps for drama.
    mobile: `+44 1632 960${String(place).padStart(3, '0')}`,
    desk: `+44 1632 960${String(place + 500)}`,
  };
}

/** One after another, and again from the beginning. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new RangeError('the list is empty');
  return found;
}
